"""Figures of the work in the background, read from PostgreSQL and Valkey when they are scraped."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from functools import cache

import django
import redis
import structlog
from django.utils import timezone
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from helpdesk.metrics.process import FOLDER
from helpdesk.version import get_version
from helpdesk.worker.heartbeats import get_beat_silence, list_heartbeats
from helpdesk.worker.workload import Load, measure_kinds
from tickets.queueing import Queue, get_client

log = structlog.get_logger(__name__)

KEPT = 15.0  # seconds that the figures are kept, however often they are scraped


class WorkCollector(Collector):
    """Reads how much work is due, for how long, and how many tasks are queued."""

    def __init__(self) -> None:
        self._found: list[Metric] = []
        self._until = 0.0

    def collect(self) -> Iterator[Metric]:
        """Yield the figures. Raises the database's errors: a scrape without them would mislead."""
        if time.monotonic() >= self._until:
            self._found = [
                _describe_build(),
                *_describe_due(measure_kinds(timezone.now())),
                *_read_broker(),
            ]
            self._until = time.monotonic() + KEPT
        yield from self._found


def _describe_due(loads: list[Load]) -> list[Metric]:
    names = ["class", "work"]
    due = GaugeMetricFamily("plumbline_due", "Work that is due, up to 1,001.", labels=names)
    age = GaugeMetricFamily(
        "plumbline_due_oldest_seconds", "How long the oldest has been due.", labels=names
    )
    for load in loads:
        due.add_metric([load.queue.value, load.name], load.count)
        age.add_metric([load.queue.value, load.name], load.seconds or 0)
    return [due, age]


def _describe_build() -> Metric:
    versions = {
        "version": get_version(),
        "python": platform.python_version(),
        "django": django.get_version(),
    }
    return InfoMetricFamily("plumbline_build", "Version of this server.", value=versions)


def _read_broker() -> list[Metric]:
    """Return the lengths of the queues and the heartbeats; without Valkey, none."""
    try:
        return [_read_lengths(), *_read_heartbeats()]
    except redis.RedisError as error:
        log.warning("broker_unavailable", during="metrics", error=str(error))
        return []


def _read_lengths() -> Metric:
    lengths = GaugeMetricFamily("plumbline_queued_tasks", "Tasks queued.", labels=["class"])
    for queue in Queue:
        lengths.add_metric([queue.value], int(get_client().llen(queue.value)))
    return lengths


def _read_heartbeats() -> list[Metric]:
    beats = list(list_heartbeats())
    workers = GaugeMetricFamily("plumbline_workers", "Workers alive.", labels=["class"])
    for queue in Queue:
        alive = [beat for beat in beats if beat.is_alive and queue.value in beat.queues]
        workers.add_metric([queue.value], len(alive))
    ages = GaugeMetricFamily(
        "plumbline_worker_heartbeat_age_seconds",
        "Since a worker's last heartbeat. Forgotten after a day.",
        labels=["worker"],
    )
    for beat in beats:
        ages.add_metric([beat.worker], beat.seconds)
    scheduler = GaugeMetricFamily(
        "plumbline_beat_heartbeat_age_seconds",
        "Since the scheduler last queued a job.",
        value=get_beat_silence(),
    )
    return [workers, ages, scheduler]


@cache
def _build_registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    if FOLDER in os.environ:  # it could be created
        MultiProcessCollector(registry)
    registry.register(WorkCollector())
    return registry


def write_all() -> bytes:
    """Return the figures of the processes and of the work in the background."""
    return generate_latest(_build_registry())
