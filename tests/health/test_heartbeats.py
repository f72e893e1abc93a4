"""Workers and the scheduler that stop are seen in the metrics before their work is late."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import redis

from helpdesk.metrics import work
from helpdesk.worker import heartbeats
from helpdesk.worker.beat import LAST_BEAT
from helpdesk.worker.heartbeats import KEPT, MAX_SILENCE, WORKERS, list_heartbeats
from tests.stack import Stack, eventually
from tickets.queueing import get_client


@pytest.fixture(autouse=True)
def forgotten(valkey_client: Any) -> None:
    get_client().delete(WORKERS, LAST_BEAT)


def beat(name: str, queues: list[str], *, ago: float) -> None:
    get_client().hset(WORKERS, name, json.dumps([time.time() - ago, queues]))


def read_samples() -> dict[tuple[str, str], float]:
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for metric in work._read_heartbeats()
        for sample in metric.samples
    }


def test_a_silent_worker_no_longer_counts_and_is_forgotten_after_a_day() -> None:
    beat("urgent@a", ["clocks", "interactive"], ago=1)
    beat("urgent@b", ["clocks"], ago=MAX_SILENCE + 5)
    beat("gone@c", ["bulk"], ago=KEPT + 5)
    get_client().set(LAST_BEAT, time.time() - 30)
    found = read_samples()
    workers = {name: found["plumbline_workers", name] for name in ("clocks", "interactive", "bulk")}
    assert workers == {"clocks": 1, "interactive": 1, "bulk": 0}
    assert found["plumbline_worker_heartbeat_age_seconds", "urgent@b"] > MAX_SILENCE
    assert ("plumbline_worker_heartbeat_age_seconds", "gone@c") not in found
    assert found["plumbline_beat_heartbeat_age_seconds", ""] >= 30
    assert [each.worker for each in list_heartbeats()] == ["urgent@a", "urgent@b"]


def test_without_valkey_there_are_no_such_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Any:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(heartbeats, "get_client", fail)
    assert work._read_broker() == []


@pytest.mark.django_db(transaction=True)
def test_a_running_worker_beats(stack: Stack, tmp_path: Path) -> None:
    stack.start_worker_of_demo("urgent")
    [found] = eventually(lambda: list(list_heartbeats()), within=60, what="the worker beats")
    assert found.worker.startswith("urgent@")
    assert found.queues == ["clocks", "interactive"]
    assert found.is_alive
