"""Processing of stored events of channels: translated, files fetched, and put on their tickets."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.failures import capture_failure
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.accepting import accept
from channels_intake.connections.contract import Connector, Incoming, Item, UnreadableError
from channels_intake.connections.reasons import EventReason
from channels_intake.connections.registry import get_connector
from channels_intake.models.connections import ChannelEvent, ChannelEventState, Connection
from tickets.attachments.files import NewFile
from tickets.sentences.remarks import Remark, RemarkCode, make_remark

BATCH = 50
SLICE_SECONDS = 20
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60)]
MAX_ATTEMPTS = 75  # about three days


def list_due_events(at: datetime) -> QuerySet[ChannelEvent]:
    """Return stored events whose time has come. Those of a paused connection wait."""
    due = ChannelEvent.objects.filter(state=ChannelEventState.RECEIVED, next_try_at__lte=at)
    return due.filter(connection__is_paused=False)


def process_due_events(*, desk_id: int, at: datetime) -> int:
    """Process up to BATCH due events of a desk, in the order of their arrival. Return how many."""
    until = time.monotonic() + SLICE_SECONDS
    due = list_due_events(at).filter(desk_id=desk_id).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    for done, event_id in enumerate(ids):
        if time.monotonic() >= until:
            return done
        with capture_failure(
            lambda error, pk=event_id: _put_off(pk, error, at=at),  # type: ignore[misc] # a default
            event="channel_event_failed",
            channel_event=event_id,
        ):
            process_event(event_id, at=at)
    return len(ids)


def process_event(event_id: int, *, at: datetime) -> None:
    """Process one event, unless it is processed already or another worker has it.

    Files are fetched before anything is locked: a vendor may take its time.
    """
    event = ChannelEvent.objects.select_related("connection__desk").filter(pk=event_id).first()
    if event is None or event.state != ChannelEventState.RECEIVED:
        return
    connector = get_connector(event.connection.kind)
    try:
        items = connector.translate(event.connection, bytes(event.raw))
    except UnreadableError:
        _finish(event_id, EventReason.UNREADABLE)
        return
    try:
        fetched = [(item, *_fetch(connector, event.connection, item, at=at)) for item in items]
    except CallLaterError as error:
        _put_off(event_id, str(error), seconds=error.seconds, at=at)
        return
    with transaction.atomic():
        free = ChannelEvent.objects.select_for_update(skip_locked=True, of=("self",))
        locked = free.filter(pk=event_id, state=ChannelEventState.RECEIVED).first()
        if locked is None:
            return
        for item, files, remarks in fetched:
            accept(item, event.connection, files, remarks, at=at)
        _finish(event_id, "" if items else EventReason.UNKNOWN_EVENT)


def _fetch(
    connector: Connector, connection: Connection, item: Item, *, at: datetime
) -> tuple[tuple[NewFile, ...], tuple[Remark, ...]]:
    """Return the files of a message, and remarks on those that the vendor doesn't give."""
    files, remarks = [], []
    for remote in item.files if isinstance(item, Incoming) else ():
        name = remote.name or "file"
        try:
            content = connector.fetch(connection, remote, at=at)
        except CallRefusedError:
            remarks.append(make_remark(RemarkCode.FILE_NOT_FETCHED, name=name))
        else:
            files.append(NewFile(name, remote.content_type, content))
    return tuple(files), tuple(remarks)


def _finish(event_id: int, reason: str) -> None:
    state = ChannelEventState.SET_ASIDE if reason else ChannelEventState.PROCESSED
    waiting = ChannelEvent.objects.filter(pk=event_id, state=ChannelEventState.RECEIVED)
    waiting.update(state=state, reason=reason, reason_data={})


def _put_off(event_id: int, error: str, *, at: datetime, seconds: int | None = None) -> None:
    """Try a failed event again later, and set it aside in the end."""
    event = ChannelEvent.objects.get(pk=event_id)
    event.attempts += 1
    pause = PAUSES[min(event.attempts, len(PAUSES)) - 1]
    event.next_try_at = at + (pause if seconds is None else timedelta(seconds=seconds))
    event.reason, event.reason_data = EventReason.FAILED, {"error": error[:300]}
    if event.attempts >= MAX_ATTEMPTS:
        event.state = ChannelEventState.SET_ASIDE
    event.save(update_fields=["attempts", "next_try_at", "reason", "reason_data", "state"])


def process_again(event_id: int, *, at: datetime) -> bool:
    """Queue an event that was set aside, to process it again. Return False if it wasn't."""
    aside = ChannelEvent.objects.filter(pk=event_id, state=ChannelEventState.SET_ASIDE)
    return bool(aside.update(state=ChannelEventState.RECEIVED, attempts=0, next_try_at=at))
