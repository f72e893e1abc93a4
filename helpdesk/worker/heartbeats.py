"""Heartbeats of workers in Valkey, so that a missing one is noticed before its work is late."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import redis
import structlog
from celery import signals

from helpdesk.worker.beat import LAST_BEAT
from tickets.queueing import get_client

WORKERS = "plumbline:workers"  # in Valkey: per name of a worker, when it last beat and its queues
INTERVAL = 15  # seconds; Celery's own heart beats every two
MAX_SILENCE = 60  # seconds until a worker no longer counts
KEPT = 24 * 60 * 60  # seconds until a worker is forgotten

log = structlog.get_logger(__name__)


class Heartbeat(NamedTuple):
    """The last heartbeat of a worker. seconds: since then."""

    worker: str
    queues: list[str]
    seconds: float

    @property
    def is_alive(self) -> bool:
        return self.seconds <= MAX_SILENCE


class _Pace:
    next_at = 0.0


@signals.heartbeat_sent.connect(dispatch_uid="plumbline.heartbeats")
def record_worker(*, sender: Any, **signal: Any) -> None:
    """Record that a worker is alive. Called by its main process."""
    if time.monotonic() < _Pace.next_at:
        return
    _Pace.next_at = time.monotonic() + INTERVAL
    eventer = sender.eventer
    queues = sorted(eventer.app.amqp.queues.consume_from)
    try:
        get_client().hset(WORKERS, eventer.hostname, json.dumps([time.time(), queues]))
    except redis.RedisError as error:
        log.warning("broker_unavailable", during="heartbeat", error=str(error))


def list_heartbeats() -> Iterator[Heartbeat]:
    """Yield the heartbeats of a day, and forget older ones. Raises RedisError."""
    now = time.time()
    found: Any = get_client().hgetall(WORKERS)
    for name, value in sorted(found.items()):
        at, queues = json.loads(value)
        if now - at > KEPT:
            get_client().hdel(WORKERS, name)
        else:
            yield Heartbeat(_read(name), queues, max(0.0, now - at))


def get_beat_silence() -> float:
    """Return the seconds since the scheduler last queued a job; infinite if it never did."""
    last: Any = get_client().get(LAST_BEAT)
    return float("inf") if last is None else max(0.0, time.time() - float(last))


def _read(text: bytes | str) -> str:
    return text.decode() if isinstance(text, bytes) else text
