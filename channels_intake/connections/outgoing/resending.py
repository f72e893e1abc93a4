"""Replies that failed at a channel: sent again, or by email instead. Each once per failure."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from channels_intake.connections.outgoing.answering import queue_part_call
from channels_intake.connections.outgoing.progress import get_worst_state, lock_answer
from channels_intake.connections.outgoing.ways import Way, choose_way, list_ways
from channels_intake.models import (
    CallKind,
    ChannelMessage,
    Direction,
    OutgoingCall,
    PartState,
)
from channels_intake.outgoing.replies import compose_reply_by_email
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Message, TicketEvent
from tickets.services import note_sent_again
from tickets.services.common import require_writer


def send_again(message: Message, *, agent: Agent, at: datetime) -> None:
    """Queue the parts of a reply that failed, in order.

    Raises NotAllowedError, and ConflictError if none has failed anymore, or if the channel doesn't
    take them now.
    """
    with transaction.atomic():
        change = _open(message, agent, at=at)
        parts = _lock_failed(message)
        way = _get_way(message, parts[0], at=at)
        if way.problem:
            raise ConflictError(way.problem)
        for part in parts:
            if part.state == PartState.FAILED:
                _queue_again(message, part, way, at=at)
        handle = parts[0].conversation.handle
        name = (handle.name or handle.external_id) if handle else parts[0].connection.name
        note_sent_again(change, message, to=name)
        change.save()


def _open(message: Message, agent: Agent, *, at: datetime) -> Change:
    by = Actor.of(agent)
    require_writer(by)
    return Change.open(message.ticket_id, by=by, at=at)


def _lock_failed(message: Message) -> list[ChannelMessage]:
    """Return the locked parts of a reply that failed. Raises ConflictError for another one."""
    first = message.parts.filter(direction=Direction.OUT).order_by("part").first()
    parts = lock_answer(first.pk) if first else []
    if not parts or get_worst_state(parts) != PartState.FAILED:
        raise ConflictError(_("This reply didn't fail, or is already being sent again."))
    return parts


def _get_way(message: Message, part: ChannelMessage, *, at: datetime) -> Way:
    event = _get_event(message)
    part.conversation.connection = part.connection
    ways = list_ways(part.conversation, message.ticket.contact, at=at)
    return choose_way(ways, event.data["way"])


def _get_event(message: Message) -> TicketEvent:
    events = TicketEvent.objects.select_related("ticket__desk", "ticket__contact__user")
    return events.get(
        ticket=message.ticket_id, kind=EventKind.AGENT_REPLIED, data__message=message.pk
    )


def _queue_again(message: Message, part: ChannelMessage, way: Way, *, at: datetime) -> None:
    calls = OutgoingCall.objects.filter(
        ticket=message.ticket_id, kind=CallKind.CHANNEL, key__startswith=f"channel:{part.pk}:"
    )
    last = calls.order_by("-pk").first()
    if last is None:  # calls are deleted after some months
        raise ConflictError(_("This reply is too old to send again. Write a new one."))
    part.state, part.problem, part.changed_at = PartState.QUEUED, "", at
    part.save(update_fields=["state", "problem", "changed_at"])
    queue_part_call(
        part,
        last.body,
        closes_at=way.closes_at,
        again=at.isoformat(),
        attempts=last.attempts,  # so that the connector looks first whether one has arrived
        at=at,
    )


def send_by_email(message: Message, *, agent: Agent, at: datetime) -> None:
    """Email a reply to its requester that failed at the channel. A second time changes nothing.

    Raises NotAllowedError, and ConflictError if it hasn't failed, or if no email reaches the
    requester.
    """
    with transaction.atomic():
        change = _open(message, agent, at=at)
        _lock_failed(message)
        event = _get_event(message)
        contact = event.ticket.contact
        if not contact.can_get_email:
            raise ConflictError(_("The requester has no verified email address."))
        if compose_reply_by_email(event, at=at):
            note_sent_again(change, message, to=contact.email)
            change.save()
