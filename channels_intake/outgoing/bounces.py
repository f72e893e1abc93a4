"""Reactions to replies that never arrive, by email or by another channel.

Their tickets stop waiting for the customer, and a first response doesn't count as one.
"""

from __future__ import annotations

from channels_intake.models import (
    ChannelMessage,
    Direction,
    MailKind,
    MailState,
    OutgoingEmail,
    PartState,
)
from tickets.events import EventKind, Followers
from tickets.models import TicketEvent
from tickets.services import take_back_reply

REPLIES = (MailKind.REPLY, MailKind.PHONE)


def follow_failure(event: TicketEvent) -> None:
    """Take a reply back if its email to the requester failed."""
    failed = OutgoingEmail.objects.filter(
        pk=event.data["mail"],
        kind__in=REPLIES,
        state=MailState.FAILED,
        message__isnull=False,
        contact=event.ticket.contact_id,
    )
    _take_back(event, failed.values_list("message_id", flat=True).first())


def follow_channel_failure(event: TicketEvent) -> None:
    """Take a reply back if a part of it failed at its channel, and no email goes instead."""
    message_id = event.data.get("message")
    failed = ChannelMessage.objects.filter(
        message=message_id, direction=Direction.OUT, state=PartState.FAILED
    )
    emailed = OutgoingEmail.objects.filter(
        message=message_id, kind__in=REPLIES, contact=event.ticket.contact_id
    )
    if message_id and failed.exists() and not emailed.exclude(state=MailState.FAILED).exists():
        _take_back(event, message_id)


def _take_back(event: TicketEvent, message_id: int | None) -> None:
    if message_id is not None:
        take_back_reply(ticket_id=event.ticket_id, message_id=message_id, at=event.at)


LATER: Followers = {
    EventKind.MAIL_FAILED: follow_failure,
    EventKind.CHANNEL_FAILED: follow_channel_failure,
}
