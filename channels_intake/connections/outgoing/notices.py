"""Automatic messages to customers by the channel that their ticket came in by, instead of email.

Only into conversations that nobody else can read, and only where the connector says so. They
promise no time: new promises would have to be sent there, too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string

from accounts.places.languages import use_recipient_locale
from channels_intake.connections.outgoing.answering import queue_part_call
from channels_intake.connections.outgoing.ways import (
    EMAIL,
    Way,
    find_conversation,
    has_connections,
    list_ways,
    reaches,
)
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import (
    CallKind,
    ChannelMessage,
    Conversation,
    Direction,
    MailKind,
    OutgoingCall,
    PartState,
)
from channels_intake.outgoing.composing import format_moment
from tickets.models import Ticket, TicketEvent

MAX_PER_DAY = 10  # ends a loop of two machines
DAY = timedelta(days=1)


def post_notice(event: TicketEvent, kind: MailKind, details: dict[str, Any]) -> bool:
    """Queue an automatic message into the ticket's conversation, once for each event and kind.

    details: what its template needs; moments are formatted for the customer. Return False if the
    conversation takes none: then it is emailed.
    """
    ticket = event.ticket
    found = _find_place(ticket, at=event.at)
    if found is None:
        return False
    conversation, way = found
    text = _render(ticket, kind, details)
    mark = f"notice:{event.pk}:{kind.value}"
    # The ticket has an index, which a key of the data hasn't.
    calls = OutgoingCall.objects.filter(ticket=ticket, kind=CallKind.CHANNEL)
    is_known = calls.filter(data__notice=mark).exists()
    if not is_known and _count_recent(conversation, at=event.at) < MAX_PER_DAY:
        for place, part in enumerate(way.split(text)):
            _queue(conversation, way, kind, mark, place, part, at=event.at)
    return True


def _find_place(ticket: Ticket, *, at: datetime) -> tuple[Conversation, Way] | None:
    if not has_connections(ticket.desk):
        return None
    conversation = find_conversation(ticket)
    if conversation is None or conversation.is_public:
        return None
    if not reaches(conversation, ticket.contact):
        return None
    connector = CONNECTORS.get(conversation.connection.kind)
    if connector is None or not connector.takes_notices:
        return None
    ways = list_ways(conversation, ticket.contact, at=at)
    open_ways = (way for way in ways if way.key != EMAIL and not way.problem)
    way = next(open_ways, None)
    return (conversation, way) if way else None


def _count_recent(conversation: Conversation, *, at: datetime) -> int:
    notices = conversation.messages.filter(direction=Direction.OUT).exclude(notice="")
    return notices.filter(written_at__gt=at - DAY).count()


def _render(ticket: Ticket, kind: MailKind, details: dict[str, Any]) -> str:
    """Return the text in the customer's language and time zone."""
    contact = ticket.contact
    with use_recipient_locale(desk=ticket.desk, contact=contact, user=contact.user):
        context = {
            "desk_name": ticket.desk.name,
            "reference": ticket.reference,
            **{
                name: format_moment(value) if isinstance(value, datetime) else value
                for name, value in details.items()
            },
        }
        if level := details.get("level"):
            context["level_sentence"] = ticket.desk.sentence_for_level(level)
        return render_to_string(f"channels/notices/{kind.value}.txt", context)


def _queue(
    conversation: Conversation,
    way: Way,
    kind: MailKind,
    mark: str,
    place: int,
    text: str,
    *,
    at: datetime,
) -> None:
    part = ChannelMessage.objects.create(
        desk_id=conversation.desk_id,
        connection=conversation.connection,
        conversation=conversation,
        direction=Direction.OUT,
        part=place,
        notice=kind.value,
        state=PartState.QUEUED,
        written_at=at,
        changed_at=at,
    )
    body = {"text": text, "files": [], "part": place, "parts": 1}
    body["way"] = way.key.partition(":")[2]
    queue_part_call(part, body, closes_at=way.closes_at, notice=mark, at=at)
