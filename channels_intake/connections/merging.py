"""Merging of two contacts who are the same person, by an agent's decision. It can't be undone.

Identities, tickets, messages and email follow to the one who stays. Email from the other address is
theirs from now on, as far as it is authenticated; nobody can sign in with that address.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.customers.handles import give_handle
from accounts.customers.merging import can_merge, finish_merge, get_merge_error, prepare_merge
from accounts.models import Agent, Contact, ContactHandle, HandleProof, Network
from channels_intake.connections.joining import MAX_REASON
from channels_intake.models import OutgoingEmail, ReplyToken
from tickets.actors import Actor
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import OPEN_STATES, Channel, Ticket
from tickets.services.common import share_lock_account
from tickets.services.corrections import change_account
from tickets.services.merged_contacts import lock_tickets_of, move_tickets


@dataclass(frozen=True, slots=True)
class Moving:
    """How much of a contact would move, for the page that asks.

    joining: the open tickets among these that join the account of the one who stays. handles:
    identities at networks, such as Facebook.
    """

    tickets: int
    joining: int
    handles: int


def find_merge_problem(contact: Contact, into: Contact) -> str | None:
    """Return why a contact can't be merged into another one, and what to do; None if it can."""
    if problem := get_merge_error(contact, into):
        return problem
    if ContactHandle.objects.filter(contact=contact, network=Network.PHONE).exists():
        return _(
            "A phone number doesn't verify a caller, because caller ID can be forged. "
            "Change the requester instead."
        )
    return None


def merge_contacts(
    *, contact: Contact, into: Contact, agent: Agent, reason: str, at: datetime
) -> Contact:
    """Merge a contact into another one of the desk, who stays. Return the one who stays.

    Raises NotAllowedError for all but leads and admins, InvalidValueError for an empty or long
    reason and for two contacts that can't be merged, and ConflictError if one of them changed or
    was merged meanwhile.
    """
    _check_decision(agent, reason)
    if {contact.desk_id, into.desk_id} != {agent.desk_id}:
        raise InvalidValueError("into", _("There is no such contact at this desk."))
    with transaction.atomic():
        contact, into = _lock(contact, into)
        if problem := find_merge_problem(contact, into):
            raise InvalidValueError("into", problem)
        ticket_ids = lock_tickets_of(contact)
        # From here on, no row that refers to the contact can be added.
        Contact.objects.select_for_update().get(pk=contact.pk)
        joining = list_joining(contact, into)
        prepare_merge(contact, into, by=agent, at=at)
        _move(contact, into, ticket_ids=ticket_ids, by=agent, reason=reason.strip(), at=at)
        finish_merge(contact, into, by=agent, reason=reason.strip(), tickets=len(ticket_ids), at=at)
        for ticket_id in joining:
            change_account(ticket_id=ticket_id, account=into.account, by=Actor.of(agent), at=at)
    return into


def _check_decision(agent: Agent, reason: str) -> None:
    if not can_merge(agent):
        raise NotAllowedError(_("Only leads and admins of this desk can merge contacts."))
    if not reason.strip():
        raise InvalidValueError("reason", _("Explain how you know that this is the same person."))
    if len(reason.strip()) > MAX_REASON:
        text = _("The reason is too long. Use up to %(max)s characters.")
        raise InvalidValueError("reason", text % {"max": MAX_REASON})


def _lock(contact: Contact, into: Contact) -> tuple[Contact, Contact]:
    """Lock handles, the account of who stays, and both contacts, in the order of joining.py."""
    handles = ContactHandle.objects.filter(contact__in=[contact.pk, into.pk])
    list(handles.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    stored = Contact.objects.filter(pk=into.pk).values_list("account_id", flat=True).first()
    if stored is not None:
        share_lock_account(stored)
    both = Contact.objects.filter(pk__in=[contact.pk, into.pk], desk_id=into.desk_id)
    rows = both.select_for_update(no_key=True).order_by("pk")
    locked = {one.pk: one for one in rows}
    first, second = locked.get(contact.pk), locked.get(into.pk)
    if first is None or second is None or second.account_id != stored:
        raise ConflictError(_("This contact was changed in the meantime. Try again."))
    return first, second


def list_joining(contact: Contact, into: Contact) -> list[int]:
    """Return the contact's open requests without an account: they join that of who stays.

    Those of an unverified sender stay without one, as do internal requests (M22).
    """
    if into.account_id is None:
        return []
    requests = Ticket.objects.filter(contact=contact, account=None, is_unverified=False)
    found = requests.filter(status__in=OPEN_STATES).exclude(channel=Channel.INTERNAL).order_by("pk")
    return list(found.values_list("pk", flat=True))


def count_moving(contact: Contact, into: Contact) -> Moving:
    """Return how much of a contact would move to another one. Three queries."""
    return Moving(
        tickets=Ticket.objects.filter(contact=contact).count(),
        joining=len(list_joining(contact, into)),
        handles=ContactHandle.objects.filter(contact=contact).count(),
    )


def _move(
    contact: Contact,
    into: Contact,
    *,
    ticket_ids: Collection[int],
    by: Agent,
    reason: str,
    at: datetime,
) -> None:
    unproven = ContactHandle.objects.filter(contact=contact, proof=HandleProof.NONE)
    for handle in unproven.order_by("pk"):
        give_handle(handle, into, proof=HandleProof.AGENT, by=by, at=at, reason=reason)
    move_tickets(contact, into, ticket_ids=ticket_ids, by=Actor.of(by), reason=reason, at=at)
    _remove_doubled_mail(contact, into)
    # Whatever else refers to the person, also in tables that are added later.
    fields: list[Any] = [*contact._meta.get_fields(include_hidden=True)]
    for relation in fields:
        if relation.auto_created and relation.one_to_many:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: contact})
            rows.update(**{relation.field.name: into})


def _remove_doubled_mail(contact: Contact, into: Contact) -> None:
    """Delete duplicates: copies sent to both contacts, and a second token for one ticket."""
    theirs = OutgoingEmail.objects.filter(contact=into)
    same = theirs.filter(event=OuterRef("event"), kind=OuterRef("kind"))
    OutgoingEmail.objects.filter(Exists(same), contact=contact).delete()
    token = ReplyToken.objects.filter(contact=into, ticket=OuterRef("ticket"))
    ReplyToken.objects.filter(Exists(token), contact=contact).delete()
