"""Handles that turn out to be a known contact's: by proof, or by an agent's decision.

What the person wrote follows to that contact, through the service that changes a requester, so
that account, clocks, coverage and department follow as well, with one event per ticket. An agent's
decision can be undone: join the handle to another contact, or separate it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.customers.handles import delete_unused, describe_handle, give_handle
from accounts.models import Agent, Contact, ContactHandle, HandleProof, Network
from channels_intake.models.connections import ChannelMessage, Direction
from tickets.actors import Actor
from tickets.errors import ConflictError, InvalidValueError
from tickets.models import Message, Ticket
from tickets.services import Decision, give_to_known_person
from tickets.services.common import require_writer, share_lock_account

MAX_REASON = 250


def can_be_joined(network: str) -> bool:
    """Return True for a network whose handles can be a known contact's.

    Callers can show any number, so an agent confirms them ticket by ticket.
    """
    return network != Network.PHONE


def join_handle(
    *, handle_id: int, contact: Contact, agent: Agent, reason: str, at: datetime
) -> ContactHandle:
    """Decide that a handle is this contact's. Its tickets and messages go with it.

    Raises NotAllowedError for an observer, InvalidValueError for an empty or long reason and for
    a contact of another desk or an erased one, and ConflictError if the contact's account changed
    meanwhile.
    """
    _check_decision(agent, reason)
    if contact.desk_id != agent.desk_id or contact.is_erased:
        raise InvalidValueError("contact", _("There is no such contact at this desk."))
    with transaction.atomic():
        people = _lock(handle_id, agent.desk_id, contact)
        handle = people.handle
        if not can_be_joined(handle.network):
            text = _(
                "A phone number doesn't verify a caller, because caller ID can be forged. "
                "Change the requester instead."
            )
            raise InvalidValueError("contact", text)
        if handle.proof == HandleProof.AGENT and handle.contact_id == contact.pk:
            return handle
        _give(people, HandleProof.AGENT, by=agent, reason=reason.strip(), at=at)
    return handle


def separate_handle(*, handle_id: int, agent: Agent, reason: str, at: datetime) -> ContactHandle:
    """Take a handle from its contact: it is a person's of its own again, who isn't known.

    Raises as `join_handle`, and InvalidValueError for a handle that is nobody else's.
    """
    _check_decision(agent, reason)
    with transaction.atomic():
        handle = _get_handle(handle_id, agent.desk_id)
        if not is_shared(handle):
            raise InvalidValueError("contact", _("This identity isn't linked to a contact."))
        stranger = Contact.objects.create(desk_id=agent.desk_id, name=handle.name)
        people = _lock(handle_id, agent.desk_id, stranger)
        _give(people, HandleProof.NONE, by=agent, reason=reason.strip(), at=at)
    return people.handle


def prove_handle(*, handle_id: int, contact: Contact, proof: HandleProof, at: datetime) -> bool:
    """Accept that a handle is a contact's who signed in (PORTAL) or verified an address (EMAIL).

    The caller has the proof. Only a handle that nothing has proven yet: somebody else may use the
    same browser. Return False if nothing was changed. Raises ValueError for a contact who can't
    have such a proof, and ConflictError if their account changed meanwhile.
    """
    has_proof = {
        HandleProof.PORTAL: contact.user_id is not None and contact.may_log_in,
        HandleProof.EMAIL: contact.can_get_email,
    }
    if not has_proof.get(proof):
        raise ValueError(f"{contact.pk} can't have the proof {proof!r}.")
    with transaction.atomic():
        people = _lock(handle_id, contact.desk_id, contact)
        if people.handle.proof != HandleProof.NONE:
            return False
        _give(people, proof, by=people.after, at=at)
    return True


def _check_decision(agent: Agent, reason: str) -> None:
    require_writer(Actor.of(agent))
    if not reason.strip():
        raise InvalidValueError("reason", _("Explain how you know that this is the same person."))
    if len(reason.strip()) > MAX_REASON:
        text = _("The reason is too long. Use up to %(max)s characters.")
        raise InvalidValueError("reason", text % {"max": MAX_REASON})


@dataclass(frozen=True, slots=True)
class _People:
    """A locked handle, its contact until now and from now on."""

    handle: ContactHandle
    before: Contact
    after: Contact


def _get_handle(handle_id: int, desk_id: int) -> ContactHandle:
    """Return the locked handle of a desk. Raises ContactHandle.DoesNotExist."""
    return ContactHandle.objects.select_for_update(no_key=True).get(pk=handle_id, desk_id=desk_id)


def _lock(handle_id: int, desk_id: int, contact: Contact) -> _People:
    """Lock the handle, the contact's account and both contacts, in this order."""
    handle = _get_handle(handle_id, desk_id)
    stored = Contact.objects.filter(pk=contact.pk, desk_id=desk_id)
    account_id = stored.values_list("account_id", flat=True).first()
    if account_id is not None:
        share_lock_account(account_id)
    both = Contact.objects.filter(pk__in=[handle.contact_id, contact.pk], desk_id=desk_id)
    locked = {one.pk: one for one in both.select_for_update(no_key=True).order_by("pk")}
    after = locked.get(contact.pk)
    if after is None or after.is_erased or after.account_id != account_id:
        raise ConflictError(_("This contact was changed in the meantime. Try again."))
    return _People(handle, locked[handle.contact_id], after)


def _give(
    people: _People, proof: HandleProof, *, by: Agent | Contact, at: datetime, reason: str = ""
) -> None:
    handle, before, after = people.handle, people.before, people.after
    moving = _list_tickets(handle, before)
    give_handle(handle, after, proof=proof, by=by, at=at, reason=reason)
    decision = Decision(
        contact=after,
        before=before.pk,
        handle=describe_handle(handle),
        proof=proof,
        reason=reason,
        by=Actor.of(by),
    )
    for ticket_id in sorted(moving):  # the order of IDs keeps two of them apart
        give_to_known_person(
            ticket_id=ticket_id, decision=decision, message_ids=moving[ticket_id], at=at
        )
    if before.pk != after.pk:
        delete_unused(before)


def is_shared(handle: ContactHandle) -> bool:
    """Return True if anything but this handle identifies its contact, too."""
    others = ContactHandle.objects.filter(contact=handle.contact_id).exclude(pk=handle.pk)
    return not handle.contact.is_known_by_handle or others.exists()


def _list_tickets(handle: ContactHandle, contact: Contact) -> Mapping[int, list[int]]:
    """Return the tickets that follow a handle, with those of their messages that it wrote.

    All tickets of somebody who is known by this handle alone; else those it has written on.
    """
    wrote = ChannelMessage.objects.filter(
        conversation__handle=handle, direction=Direction.IN, message__contact=contact
    )
    messages = Message.objects.filter(contact=contact)
    found: dict[int, list[int]] = defaultdict(list)
    if is_shared(handle):
        messages = messages.filter(pk__in=wrote.order_by().values("message_id"))
    else:
        theirs = Ticket.objects.filter(contact=contact).order_by()
        found |= {ticket_id: [] for ticket_id in theirs.values_list("pk", flat=True)}
    for ticket_id, message_id in messages.order_by().values_list("ticket_id", "pk"):
        found[ticket_id].append(message_id)
    return found
