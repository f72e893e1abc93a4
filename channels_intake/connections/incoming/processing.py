"""Processing of stored events of channels: translated, files fetched, and put on their tickets.

One worker at a time processes the events of a connection, in the order of their arrival. A worker
that dies leaves a claim that ends. What comes before the message that it is about waits for it.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.failures import capture_failure, get_pause
from channels_intake.calls.errors import CallLaterError
from channels_intake.connections.contract import Item, UnreadableError
from channels_intake.connections.health import note_health
from channels_intake.connections.incoming.accepting import Arrival, TooEarlyError
from channels_intake.connections.incoming.fetching import Fetched, fetch_files
from channels_intake.connections.incoming.history import import_history
from channels_intake.connections.incoming.naming import name_author
from channels_intake.connections.incoming.noting import accept
from channels_intake.connections.incoming.storing import queue_processing
from channels_intake.connections.reasons import EventReason
from channels_intake.connections.registry import get_connector
from channels_intake.models.connections import ChannelEvent, ChannelEventState, Connection

BATCH = 20
SLICE_SECONDS = 5
CLAIM = timedelta(seconds=90)  # renewed before each event
MAX_ATTEMPTS = 75  # about three days
# For the message that an event is about.
WAITS = [timedelta(seconds=s) for s in (5, 30, 120, 600, 3600)]


def list_due_events(at: datetime) -> QuerySet[ChannelEvent]:
    """Return stored events whose time has come. Those of a paused connection wait."""
    due = ChannelEvent.objects.filter(state=ChannelEventState.RECEIVED, next_try_at__lte=at)
    return due.filter(connection__is_paused=False)


def process_due_events(*, connection_id: int, at: datetime) -> int:
    """Process due events of a connection for some seconds. Return how many.

    0 if another worker has the connection; that one looks for more once it is done.
    """
    claim = _claim(connection_id, at=at)
    if claim is None:
        return 0
    started, done = time.monotonic(), 0
    due = list_due_events(at).filter(connection_id=connection_id).order_by("pk")
    try:
        for event_id in list(due.values_list("pk", flat=True)[:BATCH]):
            spent = timedelta(seconds=time.monotonic() - started)
            if spent.total_seconds() >= SLICE_SECONDS:
                break
            renewed = _renew(connection_id, claim, at=at + spent)
            if renewed is None:  # it took so long that another worker goes on
                break
            claim = renewed
            _process_or_put_off(event_id, at=at)
            done += 1
    finally:
        Connection.objects.filter(pk=connection_id, busy_until=claim).update(busy_until=None)
    return done


def _process_or_put_off(event_id: int, *, at: datetime) -> None:
    with capture_failure(
        lambda error: _put_off(event_id, error, at=at),
        event="channel_event_failed",
        channel_event=event_id,
    ):
        process_event(event_id, at=at)


def _claim(connection_id: int, *, at: datetime) -> datetime | None:
    """Return until when the connection is this worker's, or None if it is another's."""
    until = at + CLAIM
    free = Connection.objects.filter(Q(busy_until=None) | Q(busy_until__lte=at), pk=connection_id)
    return until if free.update(busy_until=until) else None


def _renew(connection_id: int, claim: datetime, *, at: datetime) -> datetime | None:
    mine = Connection.objects.filter(pk=connection_id, busy_until=claim)
    return at + CLAIM if mine.update(busy_until=at + CLAIM) else None


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
    except UnreadableError as error:
        _finish(event_id, EventReason.UNREADABLE, what=str(error))
        return
    news = import_history(event.connection, items, at=at)
    try:
        fetched = [(item, fetch_files(connector, event.connection, item, at=at)) for item in news]
    except CallLaterError as error:
        note_health(event.connection, str(error), at=at)
        _put_off(event_id, str(error), seconds=error.seconds, at=at)
        return
    if any(files.files for _item, files in fetched):
        note_health(event.connection, "", at=at)
    named = [(name_author(connector, event.connection, item, at=at), got) for item, got in fetched]
    _apply(event, named, "" if items else EventReason.UNKNOWN_EVENT, at=at)


@transaction.atomic
def _apply(
    event: ChannelEvent, fetched: list[tuple[Item, Fetched]], reason: str, *, at: datetime
) -> None:
    free = ChannelEvent.objects.select_for_update(skip_locked=True, of=("self",))
    locked = free.filter(pk=event.pk, state=ChannelEventState.RECEIVED).first()
    if locked is None:
        return
    early, arrival = "", Arrival(event.connection, at)
    for item, files in fetched:
        try:
            # Each alone: what can be accepted is, and accepting it again changes nothing.
            with transaction.atomic():
                accept(item, arrival, files)
        except TooEarlyError as error:
            early = str(error)
    if early:
        _wait(locked, early, at=at)
    else:
        _finish(event.pk, reason)


def _finish(event_id: int, reason: str, **data: str) -> None:
    state = ChannelEventState.SET_ASIDE if reason else ChannelEventState.PROCESSED
    waiting = ChannelEvent.objects.filter(pk=event_id, state=ChannelEventState.RECEIVED)
    kept = {name: text[:300] for name, text in data.items()}
    waiting.update(state=state, reason=reason, reason_data=kept)


def _wait(event: ChannelEvent, external_id: str, *, at: datetime) -> None:
    """Let an event wait for the message that it is about, and set it aside in the end."""
    if event.attempts >= len(WAITS):
        _finish(event.pk, EventReason.UNKNOWN_MESSAGE, message=external_id)
        return
    event.next_try_at = at + WAITS[event.attempts]
    event.attempts += 1
    event.reason, event.reason_data = EventReason.TOO_EARLY, {"message": external_id[:300]}
    event.save(update_fields=["attempts", "next_try_at", "reason", "reason_data"])


def _put_off(event_id: int, error: str, *, at: datetime, seconds: int | None = None) -> None:
    """Try a failed event again later, and set it aside in the end."""
    event = ChannelEvent.objects.get(pk=event_id)
    event.attempts += 1
    pause = get_pause(event.attempts)
    event.next_try_at = at + (pause if seconds is None else timedelta(seconds=seconds))
    event.reason, event.reason_data = EventReason.FAILED, {"error": error[:300]}
    if event.attempts >= MAX_ATTEMPTS:
        event.state = ChannelEventState.SET_ASIDE
    event.save(update_fields=["attempts", "next_try_at", "reason", "reason_data", "state"])


def process_again(event: ChannelEvent, *, at: datetime) -> bool:
    """Queue an event that was set aside, to process it again. Return False if it wasn't.

    One whose author was erased, or that is another desk's, stays as it is: nothing is left of it.
    """
    aside = ChannelEvent.objects.filter(pk=event.pk, state=ChannelEventState.SET_ASIDE)
    again = aside.exclude(reason__in=[EventReason.ERASED, EventReason.FOREIGN])
    with transaction.atomic():
        is_queued = bool(again.update(state=ChannelEventState.RECEIVED, attempts=0, next_try_at=at))
        if is_queued:
            queue_processing(event.connection)
    return is_queued
