"""A visitor's conversation as their page shows it, and what the page reports back.

Only the visitor's own conversation: what they wrote, and what agents replied to it, also by email
after the visitor had left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Value

from channels_intake.connections.contract import Progress
from channels_intake.connections.outgoing.progress import apply_progress
from channels_intake.connectors.messenger.presence import get_seen_at
from channels_intake.connectors.messenger.visitors import Visitor
from channels_intake.models import (
    ChannelMessage,
    Connection,
    Conversation,
    Direction,
    PartState,
)
from tickets.models import Attachment, Message

PAGE = 30
MAX_NEW = 100  # messages in one response; the next request gets the rest
SHOWN = (PartState.SENT, PartState.DELIVERED, PartState.READ)
# What is this new comes again: a message may become visible after one with a higher ID.
OVERLAP = timedelta(minutes=2)
SEEN_EVERY = timedelta(seconds=20)  # how exactly a visitor's presence is noted


@dataclass(frozen=True, slots=True)
class Line:
    """A message of a conversation. is_mine: the visitor wrote it. key: their browser's ID of it."""

    id: int
    is_mine: bool
    text: str
    author: str
    at: datetime
    key: str = ""
    files: tuple[Attachment, ...] = ()


def find_conversation(connection: Connection, visitor: Visitor) -> Conversation | None:
    """Return a visitor's conversation, or None if it hasn't begun."""
    own = Conversation.objects.filter(connection=connection, external_id=visitor.id)
    return own.select_related("ticket", "handle__contact", "connection__desk").first()


def list_new_lines(conversation: Conversation, *, after: int, at: datetime) -> list[Line]:
    """Return the messages after one, oldest first, with the last minutes' again.

    after: 0 for the latest page.
    """
    if not after:
        return _list_latest(conversation, Q())
    recent = at - OVERLAP
    parts = _list_parts(conversation).filter(Q(message__gt=after) | Q(changed_at__gte=recent))
    others = _list_others(conversation).filter(Q(pk__gt=after) | Q(created_at__gte=recent))
    ids = [*parts.order_by("message_id").values_list("message_id", flat=True)[:MAX_NEW]]
    ids += others.order_by("pk").values_list("pk", flat=True)[:MAX_NEW]
    return _read_lines(conversation, sorted(set(ids))[:MAX_NEW])


def list_earlier_lines(conversation: Conversation, *, before: int) -> list[Line]:
    """Return the page of messages before one, oldest first."""
    return _list_latest(conversation, Q(pk__lt=before))


def _list_latest(conversation: Conversation, which: Q) -> list[Line]:
    mine = Message.objects.filter(pk__in=_list_parts(conversation).values("message_id"))
    ids = [*mine.filter(which).order_by("-pk").values_list("pk", flat=True)[:PAGE]]
    others = _list_others(conversation).filter(which)
    ids += others.order_by("-pk").values_list("pk", flat=True)[:PAGE]
    return _read_lines(conversation, sorted(set(ids))[-PAGE:])


def _list_parts(conversation: Conversation) -> QuerySet[ChannelMessage]:
    """Return what went through the messenger: what was written, and answers that were sent."""
    rows = ChannelMessage.objects.filter(conversation=conversation, message__isnull=False)
    return rows.filter(Q(direction=Direction.IN) | Q(direction=Direction.OUT, state__in=SHOWN))


def _list_others(conversation: Conversation) -> QuerySet[Message]:
    """Return what else the same person wrote and was replied to, such as by email.

    Nothing of a ticket that has another requester by now, and nothing that others wrote.
    """
    ticket, handle = conversation.ticket, conversation.handle
    if ticket is None or handle is None or ticket.contact_id != handle.contact_id:
        return Message.objects.none()
    parts = ChannelMessage.objects.filter(message=OuterRef("pk"))
    own = Q(agent__isnull=False) | Q(contact=handle.contact_id)
    return Message.objects.filter(~Exists(parts), own, ticket=ticket)


def _read_lines(conversation: Conversation, ids: Sequence[int]) -> list[Line]:
    messages = Message.objects.filter(pk__in=ids).select_related("agent").order_by("pk")
    rows = ChannelMessage.objects.filter(conversation=conversation, message__in=ids)
    keys = {
        row.message_id: row.external_id.rpartition("/")[2]
        for row in rows.filter(direction=Direction.IN)
    }
    files: dict[int, list[Attachment]] = {}
    for file in Attachment.objects.filter(message__in=ids).order_by("pk"):
        files.setdefault(file.message_id or 0, []).append(file)
    return [_make_line(message, keys, files.get(message.pk, ())) for message in messages]


def _make_line(
    message: Message, keys: Mapping[int | None, str], files: Sequence[Attachment]
) -> Line:
    agent = message.agent
    return Line(
        id=message.pk,
        is_mine=agent is None,
        text=message.body_text,
        author=agent.name if agent else "",
        at=message.created_at,
        key=keys.get(message.pk, ""),
        files=tuple(files),
    )


def get_file(conversation: Conversation, attachment_id: int) -> Attachment:
    """Return a file of the conversation. Raises Attachment.DoesNotExist for any other one."""
    parts = _list_parts(conversation).values("message_id")
    shown = Q(message__in=parts) | Q(message__in=_list_others(conversation).values("pk"))
    return Attachment.objects.get(shown, pk=attachment_id)


def note_fetched(conversation: Conversation, lines: Sequence[Line], *, at: datetime) -> None:
    """Note that answers have reached the visitor's page."""
    answers = _list_answers(conversation).filter(state=PartState.SENT)
    _note(conversation, answers.filter(message__in=[one.id for one in lines]), "delivered", at)


def note_read(conversation: Conversation, *, up_to: int, at: datetime) -> None:
    """Note that the visitor's page has shown the answers up to one."""
    unread = _list_answers(conversation).exclude(state=PartState.READ)
    _note(conversation, unread.filter(message__lte=up_to), "read", at)


def _list_answers(conversation: Conversation) -> QuerySet[ChannelMessage]:
    return _list_parts(conversation).filter(direction=Direction.OUT)


def _note(
    conversation: Conversation, which: QuerySet[ChannelMessage], state: str, at: datetime
) -> None:
    for external_id in list(which.order_by("pk").values_list("external_id", flat=True)):
        item = Progress(external_id, conversation.external_id, PartState(state), at)
        with transaction.atomic():
            apply_progress(conversation.connection, item, at=at)


def note_presence(conversation: Conversation, *, at: datetime) -> None:
    """Note that the visitor's page is open, unless that was noted a moment ago."""
    seen_at = get_seen_at(conversation)
    if seen_at is None or at - seen_at >= SEEN_EVERY:
        merged = Func(
            F("data"),
            Value({"seen_at": at.isoformat()}, JSONField()),
            function="jsonb_concat",
            output_field=JSONField(),
        )
        Conversation.objects.filter(pk=conversation.pk).update(data=merged)
