"""Opening of a ticket (M1, M22-M25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, Contact, Desk, Product
from accounts.rows import fetch_rows
from tickets.actors import Actor
from tickets.changes import Change
from tickets.coverage import find_refusal
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Message, Participant, Priority, Ticket
from tickets.services.common import NewMessage, Origin, add_message, require_not_erased

# Until the commit the person isn't erased and doesn't leave their account, and its terms don't
# change. Both are locked before the counter, which others wait for. What another transaction is
# changing at this moment is read once that is done.
BEGIN = """
WITH terms AS (
  SELECT plan_id, status FROM accounts_account WHERE id = %(account)s FOR SHARE
), person AS (
  SELECT email, account_id FROM accounts_contact WHERE id = %(contact)s FOR SHARE
), held AS MATERIALIZED (
  SELECT
    (SELECT email FROM person) AS email,
    (SELECT account_id FROM person) AS account_id,
    (SELECT row_to_json(terms) FROM terms) AS terms
), numbered AS (
  INSERT INTO tickets_ticketcounter (desk_id, last)
  SELECT %(desk)s, 1001 FROM held WHERE held.email IS NOT NULL
  ON CONFLICT (desk_id) DO UPDATE SET last = tickets_ticketcounter.last + 1 RETURNING last
)
SELECT numbered.last AS number, held.email, held.account_id, held.terms FROM numbered, held
"""


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
        ticket = _create_ticket(desk, new, at=at)
        message = add_message(ticket, new.message, author=new.origin.contact, at=at, is_first=True)
        Participant.objects.bulk_create(
            Participant(desk=desk, ticket=ticket, contact=contact, added_at=at)
            for contact in new.participants
            if contact != new.origin.contact
        )
        data = {
            "message": message.pk,
            "subject": ticket.subject,
            "priority": new.priority.name,
            "unverified": ticket.is_unverified,
            "follow_up_of": new.follow_up_of and new.follow_up_of.number,
        }
        if ticket.uncovered:
            data["uncovered"] = ticket.uncovered
        change = Change(ticket, by=by, at=at)
        change.record(EventKind.TICKET_OPENED, data, channel=str(new.message.channel))
        change.save()
    return message


def _create_ticket(desk: Desk, new: NewTicket, *, at: datetime) -> Ticket:
    number, account = _begin(desk, new.origin)
    ticket = Ticket(
        desk=desk,
        number=number,
        subject=" ".join(new.subject.split())[:250] or "(no subject)",
        channel=new.message.channel,
        priority=new.priority,
        product=new.product,
        contact=new.origin.contact,
        account=account,
        is_unverified=new.origin.is_unverified,
        match_reasons=list(new.origin.reasons),
        fields=new.fields,
        follow_up_of=new.follow_up_of,
        created_at=at,
        updated_at=at,
    )
    ticket.uncovered = find_refusal(ticket)
    ticket.save(force_insert=True)
    return ticket


def _begin(desk: Desk, origin: Origin) -> tuple[int, Account | None]:
    """Return the desk's next ticket number and the account with its terms as they are locked now.

    Numbers have no gaps or doubles. The counter's row is locked until the commit. Only open_ticket
    takes it, and that locks no ticket that existed before, so no deadlock can arise although the
    counter is taken early.
    """
    given = {"desk": desk.pk, "contact": origin.contact.pk, "account": origin.account_id}
    (row,) = fetch_rows(BEGIN, given)
    require_not_erased(row["email"])
    _require_still_member(origin, row["account_id"])
    return row["number"], _get_account(origin, row["terms"])


def _require_still_member(origin: Origin, account_id: int | None) -> None:
    """Raise ConflictError if the account is the contact's, and they have left it meanwhile."""
    is_own = origin.account_id is not None and origin.account_id == origin.contact.account_id
    if is_own and origin.account_id != account_id:
        raise ConflictError(
            _("%(name)s left their account in the meantime. Try again.") % {"name": origin.contact}
        )


def _get_account(origin: Origin, terms: dict[str, Any] | None) -> Account | None:
    """Return the account with its plan, for the clock and the routing; the contact's if it is that.

    terms: plan and status as they are locked; None if there is no account, or it was deleted.
    """
    contact, account_id = origin.contact, origin.account_id
    if account_id is None or terms is None:
        return None
    if contact.account_id == account_id and "account" in contact._state.fields_cache:
        known = contact.account
        if known is not None and {"plan_id": known.plan_id, "status": known.status} == terms:
            return known
    return Account.objects.select_related("plan").get(pk=account_id)
