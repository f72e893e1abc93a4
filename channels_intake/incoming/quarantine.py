"""Quarantined email: release it to a ticket, discard it, or restore it.

The row is locked first, so if two people release an email at once, both get the same ticket. A
discarded email is only hidden. Each decision leaves an audit entry of the desk; mail of no desk has
none to leave it in, and the admin site keeps its record.

All functions run in the desk's scope, or for email of no desk (desk_id None) in the system scope of
the installation's admin.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Desk, User
from accounts.tenancy import desk_scope
from channels_intake.incoming.arrival import collect_facts
from channels_intake.incoming.decision import Review
from channels_intake.incoming.destinations import Destination, find_destinations
from channels_intake.incoming.duplicates import (
    claim_identity,
    find_original,
    link_duplicate,
    save_result,
)
from channels_intake.incoming.mail import HELD_CHANGED, note_outcome, place_mail
from channels_intake.incoming.reading import read_envelope
from channels_intake.mailboxes import get_default_mailbox
from channels_intake.mime.envelope import Envelope
from channels_intake.models import InboundMessage, Mailbox
from channels_intake.providers.errors import UnreadableError
from channels_intake.reasons import InboundReason, describe_reason
from tickets.actors import SYSTEM, Actor
from tickets.changes import record
from tickets.errors import ServiceError
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.queueing import queue_once_after_commit


class NotHeldError(ServiceError):
    """The email isn't quarantined: it doesn't exist here, or was released."""


class ReleaseError(ServiceError):
    """The email can't be released. It stays in quarantine."""


_REFUSALS: dict[InboundReason, Promise] = {
    InboundReason.NO_SENDER: gettext_lazy(
        "The sender's address can't be read. Create a ticket instead."
    ),
    InboundReason.OWN_MAILBOX: gettext_lazy(
        "The sender is one of your own mailboxes, so replies would come back to you. "
        "Create a ticket instead."
    ),
}


def release(
    *,
    inbound_id: int,
    desk_id: int | None,
    by: User,
    is_verified: bool,
    at: datetime,
    mailbox: Mailbox | None = None,
) -> Ticket:
    """Release a quarantined email to the ticket it replies to, or to a new one. Return the ticket.

    is_verified: the person confirms the sender, so the account is matched by address, and the email
    can join its ticket. Otherwise it opens an unverified ticket. mailbox: the one that email of no
    desk was meant for, of any desk. For email that is on a ticket, that ticket is returned. Raises
    NotHeldError and ReleaseError.
    """
    with transaction.atomic():
        inbound = _lock(inbound_id, desk_id)
        if inbound.ticket is not None:
            return inbound.ticket
        if not inbound.is_held:
            raise NotHeldError(_("This email is not in quarantine."))
        envelope, destination = _read(inbound, mailbox)
        is_first = claim_identity(inbound, envelope, destination.mailbox)
        with desk_scope(destination.mailbox.desk_id):
            if not is_first:
                return _link_to_original(inbound, at=at)
            return _release(inbound, envelope, destination, by=by, is_verified=is_verified, at=at)


def _release(
    inbound: InboundMessage,
    envelope: Envelope,
    destination: Destination,
    *,
    by: User,
    is_verified: bool,
    at: datetime,
) -> Ticket:
    actor = _get_actor(destination.mailbox.desk, by)
    mail = collect_facts(
        envelope,
        mailbox=destination.mailbox,
        tokens=destination.tokens,
        mailboxes=destination.mailboxes,
        review=Review.VERIFIED if is_verified else Review.UNVERIFIED,
        reviewer=actor.name,
    )
    outcome = place_mail(mail, at=at)
    ticket = outcome.message.ticket if outcome.message else outcome.ticket
    if ticket is None:
        raise ReleaseError(str(_REFUSALS[outcome.reason]))
    note_outcome(inbound, mail.envelope, outcome)
    save_result(inbound)
    InboundMessage.objects.filter(pk=inbound.pk).update(discarded_at=None)
    queue_once_after_commit(HELD_CHANGED, desk_id=destination.mailbox.desk_id)
    _record(inbound, ticket, actor=actor, by=by, is_verified=is_verified, at=at)
    return ticket


def discard(*, inbound_id: int, desk_id: int | None, by: User, at: datetime) -> bool:
    """Hide a quarantined email. Return False if it is hidden already. Raises NotHeldError."""
    return _set_discarded(inbound_id, desk_id, by, to=at)


def restore(*, inbound_id: int, desk_id: int | None, by: User) -> bool:
    """Undo a discard. Return False if the email isn't discarded. Raises NotHeldError."""
    return _set_discarded(inbound_id, desk_id, by, to=None)


def _set_discarded(inbound_id: int, desk_id: int | None, by: User, *, to: datetime | None) -> bool:
    with transaction.atomic():
        inbound = _lock(inbound_id, desk_id)
        if not inbound.is_held:
            raise NotHeldError(_("This email was released and is no longer in quarantine."))
        if (inbound.discarded_at is None) == (to is None):
            return False
        inbound.discarded_at = to
        inbound.save(update_fields=["discarded_at"])
        if inbound.desk is not None:
            queue_once_after_commit(HELD_CHANGED, desk_id=inbound.desk.pk)
            action = AuditAction.EMAIL_DISCARDED if to else AuditAction.EMAIL_RESTORED
            _audit(inbound, inbound.desk, by, action)
    return True


def _lock(inbound_id: int, desk_id: int | None) -> InboundMessage:
    of_desk = {"desk_id": desk_id} if desk_id is not None else {"desk__isnull": True}
    # No joins: after waiting for the lock they would show what was there before the wait.
    inbound = InboundMessage.objects.select_for_update().filter(pk=inbound_id, **of_desk).first()
    if inbound is None:
        raise NotHeldError(_("This email was released and is no longer here."))
    return inbound


def _read(inbound: InboundMessage, mailbox: Mailbox | None) -> tuple[Envelope, Destination]:
    """Return the email and its mailbox: the chosen one, the one addressed, or any of the desk."""
    try:
        envelope, recipients = read_envelope(inbound)
    except UnreadableError as error:
        raise ReleaseError(describe_reason(error.reason, error.data)) from error
    named = find_destinations(recipients, [*envelope.recipients, *envelope.named])
    wanted = mailbox.desk_id if mailbox else inbound.desk_id
    if found := next((place for place in named if place.mailbox.desk_id == wanted), None):
        return envelope, found
    mailbox = mailbox or _find_any_mailbox(inbound)
    return envelope, Destination(mailbox, mailbox.address, ())


def _find_any_mailbox(inbound: InboundMessage) -> Mailbox:
    mailbox = inbound.mailbox or (get_default_mailbox(inbound.desk_id) if inbound.desk_id else None)
    if mailbox is None:
        raise ReleaseError(
            _("There is no verified mailbox to release this email to. Add one first.")
        )
    return mailbox


def _link_to_original(inbound: InboundMessage, *, at: datetime) -> Ticket:
    link_duplicate(inbound, find_original(inbound), at=at)
    save_result(inbound)
    if inbound.ticket is None:
        raise ReleaseError(
            _("The same email was received before and is in quarantine too. Release that one.")
        )
    return inbound.ticket


def _get_actor(desk: Desk, by: User) -> Actor:
    agent = Agent.objects.filter(desk=desk, user=by, is_active=True).first()
    return Actor.of(agent) if agent else replace(SYSTEM, name=(by.name or by.email)[:120])


def _record(
    inbound: InboundMessage,
    ticket: Ticket,
    *,
    actor: Actor,
    by: User,
    is_verified: bool,
    at: datetime,
) -> None:
    record(
        ticket=ticket,
        kind=EventKind.MAIL_RELEASED,
        by=actor,
        at=at,
        channel="email",
        data={"verified": is_verified},
    )
    inbound.desk = ticket.desk
    details = {"ticket": ticket.reference, "verified": is_verified}
    _audit(inbound, ticket.desk, by, AuditAction.EMAIL_RELEASED, **details)


def _audit(
    inbound: InboundMessage, desk: Desk, by: User, action: AuditAction, **details: object
) -> None:
    """Name the row by number, not by sender: an audit entry outlives the person (ASVS 14.2)."""
    record_audit(
        desk=desk,
        by=by,
        action=action,
        about=inbound,
        target=f"#{inbound.pk}",
        detail=details,
    )
