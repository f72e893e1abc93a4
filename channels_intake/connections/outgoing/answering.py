"""Answers of agents, on their way into the conversation that a ticket came in by.

A reply's event says which way it goes (ways.py). The follower here stores its parts and queues a
call for each, in order within the conversation; AnswerCalls sends them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.calls.pausing import PAUSED_SECONDS
from channels_intake.calls.queueing import GIVE_UP_AFTER, queue_call
from channels_intake.connections.health import note_health
from channels_intake.connections.ids import fit_id
from channels_intake.connections.outgoing.progress import BEFORE, lock_answer, move_part
from channels_intake.connections.outgoing.ways import Way, choose_way, list_ways
from channels_intake.connections.registry import get_connector
from channels_intake.models import (
    CallKind,
    ChannelMessage,
    Connection,
    Conversation,
    Direction,
    OutgoingCall,
    PartState,
)
from tickets.errors import InvalidValueError
from tickets.events import EventKind, ForDesksWith
from tickets.models import Attachment, Message, TicketEvent

ASK_ADMIN = {401, 403}  # a token or a permission, even if other calls still work
Content = tuple[str, list[int]]  # of one part: its text and the IDs of its files


def send_reply(event: TicketEvent) -> None:
    """Queue an agent's reply into the conversation that its event names, once."""
    if "conversation" not in event.data:
        return
    message = Message.objects.filter(pk=event.data["message"]).first()
    related = Conversation.objects.select_related("connection", "handle")
    conversation = related.filter(pk=event.data["conversation"]).first()
    if message is None or conversation is None:
        return
    ways = list_ways(conversation, event.ticket.contact, at=event.at)
    try:
        way = choose_way(ways, event.data["way"])
    except InvalidValueError as error:  # such as the one private reply, which somebody has sent
        _refuse(conversation, message, str(error), at=event.at)
        return
    files = Attachment.objects.filter(message=message).order_by("pk")
    contents = split_answer(way, message.body_text, [file.pk for file in files])
    with transaction.atomic():
        for place, content in enumerate(contents):
            _queue_part(conversation, way, message, place, content, len(contents), at=event.at)


def split_answer(way: Way, text: str, files: Sequence[int]) -> list[Content]:
    """Return the parts of an answer. Files come with the last text, or each by itself. Pure."""
    texts = way.split(text)
    if not files:
        return [(part, []) for part in texts]
    if way.limits.files_apart:
        return [*((part, []) for part in texts), *(("", [file]) for file in files)]
    *others, last = texts or [""]
    return [*((part, []) for part in others), (last, list(files))]


@transaction.atomic
def _refuse(conversation: Conversation, message: Message, why: str, *, at: datetime) -> None:
    """Note that a reply can't be sent, unless its parts are queued already."""
    part, is_new = _get_or_create_part(conversation, message, 0, at=at)
    if is_new:
        move_part(part.pk, PartState.FAILED, problem=why, at=at)


def _get_or_create_part(
    conversation: Conversation, message: Message, place: int, *, at: datetime
) -> tuple[ChannelMessage, bool]:
    return ChannelMessage.objects.get_or_create(
        message=message,
        part=place,
        direction=Direction.OUT,
        defaults={
            "desk_id": conversation.desk_id,
            "connection": conversation.connection,
            "conversation": conversation,
            "state": PartState.QUEUED,
            "written_at": at,
            "changed_at": at,
        },
    )


def _queue_part(
    conversation: Conversation,
    way: Way,
    message: Message,
    place: int,
    content: Content,
    count: int,
    *,
    at: datetime,
) -> None:
    part, _is_new = _get_or_create_part(conversation, message, place, at=at)
    text, files = content
    body = {"text": text, "files": files, "part": place, "parts": count}
    body["way"] = way.key.partition(":")[2]
    queue_part_call(part, body, closes_at=way.closes_at, at=at)


def queue_part_call(
    part: ChannelMessage,
    body: dict[str, Any],
    *,
    at: datetime,
    closes_at: datetime | None = None,
    again: str = "",
    attempts: int = 0,
    notice: str = "",
) -> None:
    """Queue the call that sends a part. again: tells it from the calls before, of which one of the
    attempts may have arrived. notice: its mark.

    It is tried until the vendor takes no answers anymore, so that the agent hears of it then.
    """
    gives_up_at = at + GIVE_UP_AFTER
    queue_call(
        desk_id=part.desk_id,
        kind=CallKind.CHANNEL,
        connection_id=part.connection_id,
        key=f"channel:{part.pk}:{again}",
        lane=f"conversation:{part.conversation_id}",
        ticket_id=part.conversation.ticket_id,
        body=body,
        data={"part": part.pk, "notice": notice} if notice else {"part": part.pk},
        at=at,
        is_urgent=True,
        attempts=attempts,
        gives_up_at=min(gives_up_at, closes_at) if closes_at else gives_up_at,
    )


class AnswerCalls:
    """Sends the parts of answers (channels_intake/calls/connectors.py)."""

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a part by its connector. Raises CallLaterError and CallRefusedError."""
        part = self._get_part(call)
        if part.connection.is_paused:
            raise CallLaterError(
                _("The channel is paused."),
                seconds=PAUSED_SECONDS,
                is_for_all=True,
                is_paused=True,
            )
        if part.external_id:  # the vendor has reported it since an attempt without a response
            return Sent(200, content=part.external_id)
        if part.message_id is not None and _has_earlier_failure(part):
            raise CallRefusedError(_("An earlier part of the reply wasn't sent."))
        return _send(part, call, at=at)

    def _get_part(self, call: OutgoingCall) -> ChannelMessage:
        related = ChannelMessage.objects.select_related(
            "connection__desk", "conversation__handle", "conversation__ticket", "message__agent"
        )
        part = related.filter(pk=call.data["part"]).first()
        if part is None or part.state not in BEFORE[PartState.SENT]:
            raise CallRefusedError(_("The message was deleted in the meantime."))
        part.conversation.connection = part.connection
        return part

    def finish(self, call: OutgoingCall, sent: Sent | None, *, at: datetime) -> None:
        """Store the vendor's ID of a sent part, or that it failed."""
        part_id = call.data["part"]
        if sent is None:
            move_part(part_id, PartState.FAILED, problem=call.summary, at=at)
            return
        part = next((one for one in lock_answer(part_id) if one.pk == part_id), None)
        if part is not None:
            _store_sent(part, sent.content, at=at)
            move_part(part_id, PartState.SENT, at=at)


def _send(part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
    """Send a part, and note what that says about the connection as a whole."""
    try:
        sent = get_connector(part.connection.kind).send(part, call, at=at)
    except CallLaterError as error:
        is_ours = error.is_for_all or error.status in ASK_ADMIN
        if is_ours and not error.is_paused:
            note_health(part.connection, str(error), at=at)
        raise
    note_health(part.connection, "", at=at)
    return sent


def _has_earlier_failure(part: ChannelMessage) -> bool:
    earlier = ChannelMessage.objects.filter(
        message=part.message_id, direction=Direction.OUT, part__lt=part.part
    )
    return earlier.filter(state=PartState.FAILED).exists()


def _store_sent(part: ChannelMessage, content: Any, *, at: datetime) -> None:
    """Store the vendor's ID of a part, and the conversation that it continues in."""
    answer = content if isinstance(content, dict) else {"id": content}
    external_id = fit_id(str(answer.get("id") or ""))
    # The vendor may have reported the message before its response was stored.
    same = ChannelMessage.objects.filter(connection=part.connection, external_id=external_id)
    echoes = same.exclude(pk=part.pk)
    if external_id:
        echoes.filter(direction=Direction.OUT, message__isnull=True).delete()
    part.external_id = "" if external_id and echoes.exists() else external_id
    moved_to = str(answer.get("conversation_id") or "")
    if moved_to and moved_to != part.conversation.external_id:
        part.conversation = _continue_in(part.conversation, moved_to, at=at)
    part.save(update_fields=["external_id", "conversation"])


def _continue_in(conversation: Conversation, external_id: str, *, at: datetime) -> Conversation:
    """Return the conversation of the same person in which a vendor continues another one."""
    found, _is_new = Conversation.objects.get_or_create(
        connection=conversation.connection,
        external_id=fit_id(external_id),
        defaults={
            "desk_id": conversation.desk_id,
            "handle": conversation.handle,
            "ticket": conversation.ticket,
            "created_at": at,
        },
    )
    return found


LATER = ForDesksWith(Connection._meta.db_table, {EventKind.AGENT_REPLIED: send_reply})
