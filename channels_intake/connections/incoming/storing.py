"""Storage of what vendors send, before any processing: only genuine events, and each once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare

from channels_intake.connections.contract import (
    Answer,
    RawEvent,
    Received,
    Request,
    UnreadableError,
)
from channels_intake.connections.reasons import EventReason
from channels_intake.connections.registry import get_connector
from channels_intake.models.connections import ChannelEvent, ChannelEventState, Connection
from tickets.queueing import Queue, TaskName, queue_once_after_commit

PROCESS = TaskName("channels_intake.tasks.process_channel_events", queue=Queue.INBOUND)
PROCESS_BY_CLASS = {queue: PROCESS.on(queue) for queue in Queue}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


def find_connection(*, desk_id: int, token: str) -> Connection | None:
    """Return the desk's connection with this webhook URL, or None for an unknown one.

    The events of a paused connection are stored, too: few vendors send them again.
    """
    if not _TOKEN.fullmatch(token):
        return None
    found = Connection.objects.filter(desk_id=desk_id, hook_token=token).select_related("desk")
    known = found.first()
    return known if known and constant_time_compare(known.hook_token, token) else None


def receive_request(connection: Connection, request: Request, *, at: datetime) -> Answer:
    """Store the events of a genuine request, and return the vendor's answer.

    A genuine request that can't be split is set aside as a whole, and taken: the vendor would send
    the same again. Raises RefusedError for any other; nothing is stored of it.
    """
    try:
        received = get_connector(connection.kind).receive(connection, request, at=at)
    except UnreadableError:
        _set_aside(connection, request.body, at=at)
        received = Received()
    if received.events:
        store_events(connection, received.events, at=at)
    return received.answer


def _set_aside(connection: Connection, body: bytes, *, at: datetime) -> None:
    row = _make_row(connection, RawEvent(body), at)
    row.state, row.reason = ChannelEventState.SET_ASIDE, EventReason.UNREADABLE
    ChannelEvent.objects.bulk_create([row], ignore_conflicts=True)


def store_events(connection: Connection, events: Iterable[RawEvent], *, at: datetime) -> int:
    """Store events in one transaction and queue their processing. Return how many are new.

    What is about another place goes to the desk's connection of that place. If there is none, the
    place is noted, and its content isn't kept: it may be another desk's.
    """
    by_place: dict[str, list[RawEvent]] = {}
    for event in events:
        by_place.setdefault(event.place, []).append(event)
    new = 0
    with transaction.atomic():
        for place, group in by_place.items():
            if target := _find_target(connection, place):
                new += _store(target, group, at=at)
            else:
                _note_foreign(connection, place, at=at)
    return new


def _find_target(connection: Connection, place: str) -> Connection | None:
    """Return the connection of a place, if a request to this one's webhook speaks for it."""
    if not place:
        return connection
    others = Connection.objects.filter(
        desk_id=connection.desk_id, kind=connection.kind, external_id=place
    )
    other = others.select_related("desk").first()
    connector = get_connector(connection.kind)
    return other if other and connector.shares_webhook(connection, other) else None


def _note_foreign(connection: Connection, place: str, *, at: datetime) -> None:
    row = _make_row(connection, RawEvent(b"", f"place:{place}"), at)
    row.state, row.reason = ChannelEventState.SET_ASIDE, EventReason.FOREIGN
    row.reason_data = {"place": place[:190]}
    ChannelEvent.objects.bulk_create([row], ignore_conflicts=True)


def _store(connection: Connection, events: Iterable[RawEvent], *, at: datetime) -> int:
    rows = [_make_row(connection, event, at) for event in events]
    # A conflict returns no ID; what is stored already has its own time of arrival.
    ChannelEvent.objects.bulk_create(rows, ignore_conflicts=True)
    ids = [row.event_id for row in rows]
    known = ChannelEvent.objects.filter(connection=connection, event_id__in=ids)
    new = known.filter(received_at=at).count()
    if new:
        Connection.objects.filter(pk=connection.pk).update(last_event_at=at)
        if not connection.is_paused:
            queue_processing(connection)
    return new


def queue_processing(connection: Connection) -> None:
    """Have the due events of a connection processed after the commit, in its class of work."""
    task = PROCESS_BY_CLASS[get_connector(connection.kind).queue]
    queue_once_after_commit(task, desk_id=connection.desk_id, connection_id=connection.pk)


def _make_row(connection: Connection, event: RawEvent, at: datetime) -> ChannelEvent:
    digest = hashlib.sha256(event.raw).hexdigest()
    event_id = event.event_id if 0 < len(event.event_id) <= 190 else digest
    return ChannelEvent(
        desk_id=connection.desk_id,
        connection=connection,
        event_id=event_id,
        raw=event.raw,
        sha256=digest,
        received_at=at,
        next_try_at=at,
    )
