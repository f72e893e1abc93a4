"""Opening of a ticket (M1, M22-M25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.database.rows import fetch_prepared
from accounts.models import Account, Contact, Desk, Product
from tickets.actors import SYSTEM, Actor
from tickets.attachments.files import attach_files
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import ActorKind, Channel, Message, Participant, Priority, Tag, Ticket
from tickets.rules.coverage import find_refusal
from tickets.services.common import NewMessage, Origin, add_message, require_person
from tickets.services.sql import BEGIN_TICKET, NUMBER
from tickets.services.tags import change_tags
from tickets.writes import Write


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A new request: subject, first message, origin, and the fields of the request form."""

    subject: str
    message: NewMessage
    origin: Origin
    priority: Priority
    participants: Sequence[Contact] = ()
    fields: dict[str, str] = field(default_factory=dict)
    follow_up_of: Ticket | None = None
    product: Product | None = None
    language: str = ""  # that the message states; if empty, the requester's or the desk's
    mailboxes: Sequence[str] = ()  # of the desk, that an email was sent to
    tags: Sequence[Tag] = ()


def open_ticket(*, desk: Desk, new: NewTicket, by: Actor, at: datetime) -> Ticket:
    """Open a ticket with its first message in one transaction: number, clock, department, agent.

    The followers start the first-response clock (sla) and choose department and agent (routing)
    before this returns. by: the contact, or an agent on the contact's behalf (M22).
    """
    return open_with_message(desk=desk, new=new, by=by, at=at).ticket


def open_with_message(*, desk: Desk, new: NewTicket, by: Actor, at: datetime) -> Message:
    """Open a ticket as ``open_ticket`` does, and return its first message."""
    # No savepoint: no caller continues in the same transaction without the ticket.
    with transaction.atomic(savepoint=False):
        begun = _begin(desk, new.origin)
        ticket = _make_ticket(desk, new, begun, at=at)
        change = Change(ticket, by=by, at=at)
        number = {"number_desk": desk.pk}
        change.write(
            Write(NUMBER, number, "(SELECT last FROM numbered) AS number", partial(_number, ticket))
        )
        message = add_message(change, new.message, begun.message_id, author=new.origin.contact)
        change.record(
            EventKind.TICKET_OPENED,
            _describe(ticket, new, message),
            channel=str(new.message.channel),
        )
        if new.tags:
            is_by_agent = by.kind == ActorKind.AGENT
            change_tags(change, add=new.tags, by=by if is_by_agent else SYSTEM)
        change.save(is_last=not (new.participants or new.message.files))
        _add_participants(ticket, new, at=at)
        attach_files(new.message.files, to=message, at=at)
    return message


@dataclass(frozen=True, slots=True)
class _Begun:
    """The locked rows and reserved IDs of a new ticket."""

    ticket_id: int
    message_id: int
    account: Account | None


def _begin(desk: Desk, origin: Origin) -> _Begun:
    """Lock the requester and the account's terms, and reserve IDs.

    Sets the configuration version on the desk to the one that this transaction reads.
    """
    given = {"desk": desk.pk, "contact": origin.contact.pk, "account": origin.account_id}
    row = require_person(fetch_prepared(BEGIN_TICKET, given))
    _require_still_member(origin, row["account_id"])
    desk.config_version = row["version"]
    account = _get_account(origin, plan_id=row["plan_id"], status=row["account_status"])
    return _Begun(row["ticket_id"], row["message_id"], account)


def _make_ticket(desk: Desk, new: NewTicket, begun: _Begun, *, at: datetime) -> Ticket:
    ticket = Ticket(
        id=begun.ticket_id,
        desk=desk,
        subject=" ".join(new.subject.split())[:250] or "(no subject)",
        channel=new.message.channel,
        priority=new.priority,
        product=new.product,
        contact=new.origin.contact,
        account=begun.account,
        is_unverified=new.origin.is_unverified,
        match_reasons=list(new.origin.reasons),
        fields=new.fields,
        language=(new.language or new.origin.contact.language or desk.language)[:35],
        mailboxes=list(new.mailboxes),
        follow_up_of=new.follow_up_of,
        unanswered_since=None if _expects_no_reply(new) else at,
        created_at=at,
        updated_at=at,
    )
    ticket.uncovered = find_refusal(ticket)
    return ticket


def _expects_no_reply(new: NewTicket) -> bool:
    """Return True if no customer waits: a machine wrote, or an agent for the company (M22)."""
    return new.message.is_automatic or new.message.channel == Channel.INTERNAL


def _number(ticket: Ticket, row: dict[str, Any]) -> None:
    ticket.number = row["number"]


def _describe(ticket: Ticket, new: NewTicket, message: Message) -> dict[str, Any]:
    data = {
        "message": message.pk,
        "subject": ticket.subject,
        "priority": new.priority.name,
        "unverified": ticket.is_unverified,
        "follow_up_of": new.follow_up_of and new.follow_up_of.number,
    }
    return data | {"uncovered": ticket.uncovered} if ticket.uncovered else data


def _add_participants(ticket: Ticket, new: NewTicket, *, at: datetime) -> None:
    others = [contact for contact in new.participants if contact != new.origin.contact]
    if others:
        Participant.objects.bulk_create(
            Participant(desk_id=ticket.desk_id, ticket=ticket, contact=contact, added_at=at)
            for contact in others
        )


def _require_still_member(origin: Origin, account_id: int | None) -> None:
    """Raise ConflictError if the account is the contact's, and they have left it meanwhile."""
    is_own = origin.account_id is not None and origin.account_id == origin.contact.account_id
    if is_own and origin.account_id != account_id:
        raise ConflictError(
            _("%(name)s left their account in the meantime. Try again.") % {"name": origin.contact}
        )


def _get_account(origin: Origin, *, plan_id: int | None, status: str | None) -> Account | None:
    """Return the account with its plan, for the clock and the routing; the contact's if it is that.

    plan_id, status: as they are locked; no status if there is no account, or it was deleted.
    """
    contact, account_id = origin.contact, origin.account_id
    if account_id is None or status is None:
        return None
    if contact.account_id == account_id and "account" in contact._state.fields_cache:
        known = contact.account
        if known is not None and (known.plan_id, known.status) == (plan_id, status):
            return known
    return Account.objects.select_related("plan").get(pk=account_id)
