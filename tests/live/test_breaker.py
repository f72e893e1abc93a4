"""While Valkey is unavailable, requests wait for it at most once every few seconds."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from helpdesk.live import breaker, pubsub
from helpdesk.live.breaker import Breaker


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(breaker, "time", clock)
    return clock


def fail(client: redis.Redis) -> str:
    raise redis.ConnectionError("refused")


def test_a_failure_is_logged_once_and_nothing_is_tried_for_some_seconds(clock: Clock) -> None:
    tried: list[float] = []

    def work(client: redis.Redis) -> str:
        tried.append(clock.now)
        return fail(client)

    valkey = Breaker("away")
    with capture_logs() as logs:
        for _ in range(5):
            assert valkey.run(work) is None
        clock.now += breaker.PAUSE
        for _ in range(5):
            assert valkey.run(work) is None
    assert tried == [100.0, 100.0 + breaker.PAUSE]
    assert [line["event"] for line in logs] == ["away"]


def test_it_recovers_and_says_so(clock: Clock) -> None:
    valkey = Breaker("away")
    valkey.run(fail)
    clock.now += breaker.PAUSE
    with capture_logs() as logs:
        assert valkey.run(lambda client: "sent") == "sent"
        assert valkey.run(lambda client: "sent") == "sent"
    assert [line["event"] for line in logs] == ["away_recovered"]


def test_the_client_itself_repeats_no_command_for_seconds(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client = Breaker("away")._connect()
    retry = client.connection_pool.connection_kwargs["retry"]
    assert retry.get_retries() <= 1
    assert client.connection_pool.connection_kwargs["socket_connect_timeout"] <= 0.5


def test_a_transaction_is_published_in_one_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[int] = []
    execute = redis.client.Pipeline.execute

    def count(self: Any, *given: Any, **options: Any) -> Any:
        trips.append(len(self.command_stack))
        return execute(self, *given, **options)

    monkeypatch.setattr(redis.client.Pipeline, "execute", count)
    pubsub.publish_lines({1: ["a", "b"], 2: ["c"]})
    assert trips == [2]  # one command for each desk
