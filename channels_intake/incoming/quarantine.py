"""Mail that was held: released as a ticket by a person who looked at it, discarded, or put back.

Nobody decides twice: the row is locked first, so of two hands at once one releases and the other gets its ticket. A
discarded mail stays as it came and is only out of the way. Each decision leaves an audit entry of the desk; a mail of
no desk has none to leave it in, and the admin site keeps its record.

All verbs run in the desk's scope, or for mail of no desk (desk_id None) in the system scope of the installation's
admin.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Desk, User
from accounts.tenancy import desk_scope
from channels_intake.incoming.duplicates import claim_identity, link_duplicate
from channels_intake.incoming.intake import join_ticket, open_ticket_by_mail, record_outcome
from channels_intake.incoming.reading import Destination, find_destinations, read_envelope
from channels_intake.incoming.senders import get_or_create_contact, read_sender, resolve_origin
from channels_intake.incoming.threads import find_thread
from channels_intake.mailboxes import get_default_mailbox
from channels_intake.mime.envelope import Authentication, Envelope
from channels_intake.models import InboundMessage, Mailbox
from channels_intake.providers.form_data import UnreadableError
from tickets import events
from tickets.actors import SYSTEM, Actor
from tickets.errors import ServiceError
from tickets.models import Message, Ticket
from tickets.services import Origin


class NotHeldError(ServiceError):
    """The mail does not wait for a decision: there is none of this number here, or somebody discarded it first."""


class ReleaseError(ServiceError):
    """Nothing can be made of the mail; it stays held."""


def release(
    *,
    inbound_id: int,
    desk_id: int | None,
    by: User,
    is_proven: bool,
    at: datetime,
    mailbox: Mailbox | None = None,
) -> Ticket:
    """Make a held mail a ticket, or a message of the one that it answers; gives the ticket.

    is_proven: the person vouches that the sender wrote it: the account is found by the address, and the mail may
    join its ticket. Otherwise it opens an unverified ticket and nothing else. mailbox: which it was meant for, of any
    desk, for a mail of no desk. A mail that is on a ticket already gives that one. Raises NotHeldError, ReleaseError.
    """
    with transaction.atomic():
        inbound = _lock(inbound_id, desk_id)
        if inbound.ticket is not None:
            return inbound.ticket
        if not inbound.is_held:
            raise NotHeldError("This mail is not held.")
        envelope, destination = _read(inbound, mailbox)
        is_first = claim_identity(inbound, envelope, destination.mailbox)
        with desk_scope(destination.mailbox.desk_id):
            if not is_first:
                return _find_twin(inbound)
            actor = _actor(destination.mailbox.desk, by)
            message = _place(envelope, destination, is_proven=is_proven, by=actor, at=at)
            record_outcome(
                inbound, envelope, message, why=f"{actor.name} released it from quarantine."
            )
            InboundMessage.objects.filter(pk=inbound.pk).update(discarded_at=None)
            _record(inbound, message.ticket, actor=actor, by=by, is_proven=is_proven, at=at)
    return message.ticket


def discard(*, inbound_id: int, desk_id: int | None, by: User, at: datetime) -> bool:
    """Put a held mail out of the way; it is kept raw. False when that is done already. Raises NotHeldError."""
    return _set_discarded(inbound_id, desk_id, by, to=at)


def restore(*, inbound_id: int, desk_id: int | None, by: User) -> bool:
    """Undo discard; False when it is not discarded. Raises NotHeldError."""
    return _set_discarded(inbound_id, desk_id, by, to=None)


def _set_discarded(inbound_id: int, desk_id: int | None, by: User, *, to: datetime | None) -> bool:
    with transaction.atomic():
        inbound = _lock(inbound_id, desk_id)
        if not inbound.is_held:
            raise NotHeldError("This mail is not held any more: it was released.")
        if (inbound.discarded_at is None) == (to is None):
            return False
        inbound.discarded_at = to
        inbound.save(update_fields=["discarded_at"])
        if inbound.desk is not None:
            action = AuditAction.EMAIL_DISCARDED if to else AuditAction.EMAIL_RESTORED
            _audit(inbound, by, action)
    return True


def _lock(inbound_id: int, desk_id: int | None) -> InboundMessage:
    of_desk = {"desk_id": desk_id} if desk_id is not None else {"desk__isnull": True}
    # Nothing is joined: whoever waits here for the lock would join what stood there before the wait.
    inbound = InboundMessage.objects.select_for_update().filter(pk=inbound_id, **of_desk).first()
    if inbound is None:
        raise NotHeldError("This mail is not here any more: somebody released it.")
    return inbound


def _read(inbound: InboundMessage, mailbox: Mailbox | None) -> tuple[Envelope, Destination]:
    """What the mail says, and the mailbox that it is for: as chosen, as it was addressed, or any of the desk."""
    try:
        envelope, recipients = read_envelope(inbound)
    except UnreadableError as error:
        raise ReleaseError(f"It cannot be read: {error}") from error
    named = find_destinations(recipients, envelope.recipients)
    wanted = mailbox.desk_id if mailbox else inbound.desk_id
    if found := next((place for place in named if place.mailbox.desk_id == wanted), None):
        return envelope, found
    mailbox = mailbox or _any_mailbox(inbound)
    return envelope, Destination(mailbox, mailbox.address, ())


def _any_mailbox(inbound: InboundMessage) -> Mailbox:
    mailbox = inbound.mailbox or (get_default_mailbox(inbound.desk_id) if inbound.desk_id else None)
    if mailbox is None:
        raise ReleaseError("There is no mailbox that it could have come in by.")
    return mailbox


def _find_twin(inbound: InboundMessage) -> Ticket:
    link_duplicate(inbound)
    if inbound.ticket is None:
        raise ReleaseError("The same mail came before and is held itself: release that one.")
    return inbound.ticket


def _place(
    envelope: Envelope, destination: Destination, *, is_proven: bool, by: Actor, at: datetime
) -> Message:
    mailbox, email = destination.mailbox, envelope.sender.email
    if not email:
        raise ReleaseError("Its sender's address cannot be read. Open a ticket by hand instead.")
    sender = read_sender(mailbox.desk, email)
    if sender.is_mailbox:
        raise ReleaseError(
            "It bears the address of one of the desk's own mailboxes; answers would go in circles."
        )
    if not is_proven:
        contact = sender.contact or get_or_create_contact(mailbox.desk, envelope.sender)
        why = f"{by.name} released the mail from quarantine, and nothing proves its sender."
        return open_ticket_by_mail(
            envelope, Origin(contact, None, True, (why,)), mailbox=mailbox, at=at
        )
    vouched = replace(envelope, authentication=Authentication.PASS)
    thread = find_thread(mailbox.desk, envelope, destination.tokens)
    if thread and not sender.is_agent:
        message, _ = join_ticket(thread, vouched, sender.contact, mailbox=mailbox, at=at)
        if message is not None:
            return message
    origin = resolve_origin(mailbox, vouched, sender)
    why = f"{by.name} released the mail from quarantine and vouches for its sender."
    return open_ticket_by_mail(
        vouched, replace(origin, reasons=(why, *origin.reasons)), mailbox=mailbox, at=at
    )


def _actor(desk: Desk, by: User) -> Actor:
    agent = Agent.objects.filter(desk=desk, user=by, is_active=True).first()
    return Actor.of(agent) if agent else replace(SYSTEM, name=(by.name or by.email)[:120])


def _record(
    inbound: InboundMessage,
    ticket: Ticket,
    *,
    actor: Actor,
    by: User,
    is_proven: bool,
    at: datetime,
) -> None:
    data = {"proven": is_proven}
    events.record(
        ticket=ticket,
        kind=events.EventKind.MAIL_RELEASED,
        by=actor,
        at=at,
        channel="email",
        data=data,
    )
    inbound.desk = ticket.desk
    _audit(inbound, by, AuditAction.EMAIL_RELEASED, ticket=ticket.reference, proven=is_proven)


def _audit(inbound: InboundMessage, by: User, action: AuditAction, **more: object) -> None:
    """The row's number and not its sender: an audit entry outlives the person (ASVS 14.2)."""
    assert inbound.desk is not None  # noqa: S101 (the callers have looked)
    record_audit(
        desk=inbound.desk,
        by=by,
        action=action,
        about=inbound,
        target=f"#{inbound.pk}",
        detail=more,
    )
