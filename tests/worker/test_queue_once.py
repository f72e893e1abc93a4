"""Tasks queued once: one of a kind waits at most, and none is missed (fairness)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from celery import current_app
from celery.beat import ScheduleEntry
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.tenancy import desk_scope
from helpdesk.worker.beat import QueueOnceScheduler
from helpdesk.worker.timetable import SOON, TIMETABLE
from tests.cast import Cast
from tests.stack import Stack, eventually
from tickets import queueing
from tickets.models import EventDelivery
from tickets.queueing import (
    CLOCK_PENDING_SECONDS,
    DELIVER,
    DELIVER_ALL,
    HANDOVER_SECONDS,
    MAX_TURNS,
    PENDING_SECONDS,
    Queue,
    TaskName,
    _set_pending,
    _take_turn,
    clear_pending,
    queue_once,
    queue_once_after_commit,
    send_in_turn,
    without_queueing,
)

DELIVER_IN_BULK = DELIVER.on(Queue.BULK)
READ = TaskName("channels_intake.tasks.sweep_unread", queue=Queue.INBOUND)


@pytest.fixture
def valkey() -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)
    client.flushdb()
    yield client
    client.flushdb()


@pytest.fixture(autouse=True)
def pending_flags(
    no_pending_flags: None, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the flags of pending tasks in Valkey, as the product does."""
    monkeypatch.setattr(queueing, "_set_pending", _set_pending)
    monkeypatch.setattr(queueing, "_take_turn", _take_turn)


def count_waiting(valkey: redis.Redis) -> dict[str, int]:
    counts = {queue.value: valkey.llen(queue) for queue in Queue}
    return {name: count for name, count in counts.items() if count}


def test_one_of_a_kind_waits_however_often_it_is_queued(valkey: redis.Redis) -> None:
    for _ in range(50):
        assert queue_once(DELIVER_IN_BULK)
        assert queue_once(READ)
    assert count_waiting(valkey) == {"bulk": 1, "inbound": 1}


def test_the_same_task_with_other_arguments_is_another_kind(valkey: redis.Redis) -> None:
    for desk_id in (1, 2, 1):
        queue_once(DELIVER_IN_BULK, desk_id=desk_id)
    assert count_waiting(valkey) == {"bulk": 2}


def test_the_flag_of_a_lost_task_expires(valkey: redis.Redis) -> None:
    queue_once(READ)
    (flag,) = valkey.scan_iter("plumbline-pending:*")
    assert 0 < valkey.ttl(flag) <= PENDING_SECONDS


def test_a_lost_job_of_the_clocks_delays_the_next_one_by_less_than_a_minute(
    valkey: redis.Redis,
) -> None:
    """A job that a killed worker had fetched, while the other workers go on."""
    jobs = [job for job in TIMETABLE if job.task.queue == Queue.CLOCKS and job.period == SOON]
    for job in jobs:
        assert queue_once(job.task)
    flags = list(valkey.scan_iter("plumbline-pending:*"))
    assert len(flags) == len(jobs) > 1
    for flag in flags:
        assert HANDOVER_SECONDS < valkey.ttl(flag) <= CLOCK_PENDING_SECONDS
    assert CLOCK_PENDING_SECONDS + SOON < 60


def test_a_process_killed_before_its_task_is_queued_delays_the_next_one_by_seconds(
    valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sweeps are queued in the same way: with the whole time, email would wait for minutes."""

    def die(name: str, **options: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(current_app, "send_task", die)
        with pytest.raises(SystemExit):
            queue_once(READ)
    (flag,) = valkey.scan_iter("plumbline-pending:*")
    assert 0 < valkey.ttl(flag) <= HANDOVER_SECONDS < SOON
    valkey.delete(flag)  # the time is over
    assert queue_once(READ)
    assert HANDOVER_SECONDS < valkey.ttl(flag) <= PENDING_SECONDS


def test_without_a_broker_nothing_waits_and_the_next_call_queues(
    valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, **options: Any) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(current_app, "send_task", refuse)
        assert not queue_once(READ)
    assert queue_once(READ)
    assert count_waiting(valkey) == {"inbound": 1}


def test_without_valkey_nothing_is_queued(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = redis.Redis.from_url("redis://127.0.0.1:1/0")
    monkeypatch.setattr(queueing, "get_client", lambda: gone)
    assert not queue_once(READ)


def test_bulk_work_queues_nothing(valkey: redis.Redis) -> None:
    with without_queueing():
        assert not queue_once(READ)
    assert count_waiting(valkey) == {}


@pytest.mark.django_db(transaction=True)
def test_a_transaction_queues_once_and_only_if_it_commits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queued: list[str] = []
    monkeypatch.setattr(queueing, "queue_once", lambda task, **kwargs: queued.append(task))
    with transaction.atomic():
        queue_once_after_commit(READ)
        queue_once_after_commit(READ)
        with transaction.atomic():
            queue_once_after_commit(DELIVER_IN_BULK)
            transaction.set_rollback(True)
        assert queued == []
    assert queued == [READ]
    with transaction.atomic():
        queue_once_after_commit(READ)
        transaction.set_rollback(True)
    assert queued == [READ]


def test_a_starting_worker_clears_the_flags_of_its_queues_only(valkey: redis.Redis) -> None:
    for _ in range(2):
        queue_once(DELIVER_IN_BULK)
        queue_once(READ)
        clear_pending([Queue.BULK])
    assert count_waiting(valkey) == {"bulk": 2, "inbound": 1}


def test_jobs_of_the_timetable_do_not_pile_up_while_no_worker_runs(valkey: redis.Redis) -> None:
    scheduler = QueueOnceScheduler(current_app, lazy=True)
    for _ in range(20):
        for name, entry in current_app.conf.beat_schedule.items():
            scheduler.apply_entry(ScheduleEntry(name=name, **entry))
    waiting = count_waiting(valkey)
    assert sum(waiting.values()) == len(TIMETABLE)
    assert waiting.keys() == set(Queue)


def test_every_job_is_queued_in_its_class_without_an_expiry() -> None:
    for job in TIMETABLE:
        options = current_app.conf.beat_schedule[job.purpose]["options"]
        assert options == {"queue": job.task.queue}


def list_waiting(valkey: redis.Redis, queue: Queue) -> list[tuple[str, int]]:
    """Return the names of the tasks that wait, and their desks, in the order they will start."""
    messages = [json.loads(message) for message in reversed(valkey.lrange(queue, 0, -1))]
    return [
        (message["headers"]["task"], json.loads(base64.b64decode(message["body"]))[1]["desk_id"])
        for message in messages
    ]


def test_a_flood_at_one_desk_delays_no_other_desks_task(valkey: redis.Redis) -> None:
    flood, other = 1, 2
    for number in range(500):
        assert send_in_turn(DELIVER, DELIVER_ALL, desk_id=flood, event_ids=[number])
    assert send_in_turn(DELIVER, DELIVER_ALL, desk_id=other, event_ids=[500])
    assert list_waiting(valkey, Queue.INTERACTIVE) == [
        *[(DELIVER, flood)] * MAX_TURNS,
        (DELIVER_ALL, flood),  # the rest of the flood, a slice at a time
        (DELIVER, other),
    ]


def test_turns_are_counted_by_class(valkey: redis.Redis) -> None:
    for queue in (Queue.INTERACTIVE, Queue.CLOCKS):
        for _ in range(MAX_TURNS + 2):
            send_in_turn(DELIVER.on(queue), DELIVER_ALL, desk_id=1, event_ids=[])
    expected = MAX_TURNS + 1
    assert count_waiting(valkey) == {"clocks": expected, "interactive": expected}


def test_without_valkey_no_turn_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = redis.Redis.from_url("redis://127.0.0.1:1/0")
    monkeypatch.setattr(queueing, "get_client", lambda: gone)
    assert not send_in_turn(DELIVER, DELIVER_ALL, desk_id=1, event_ids=[])


@pytest.mark.django_db(transaction=True)
def test_every_event_of_a_flood_is_delivered_and_turns_are_given_back(
    rocket: Cast, stack: Stack, valkey: redis.Redis
) -> None:
    with desk_scope(rocket.desk):
        for _ in range(MAX_TURNS * 4):
            rocket.open_ticket()
        assert count_waiting(valkey) == {"interactive": MAX_TURNS + 1}
        stack.start_worker()
        eventually(
            lambda: not EventDelivery.objects.filter(state="due").exists(), what="all is delivered"
        )
        eventually(lambda: not list(valkey.scan_iter("*deliver_events of*")), what="all turns end")


def has_nothing_pending(valkey: redis.Redis) -> Callable[[], bool]:
    return lambda: not list(valkey.scan_iter("plumbline-pending:*"))


@pytest.mark.django_db(transaction=True)
def test_a_task_that_starts_can_be_queued_again(stack: Stack, valkey: redis.Redis) -> None:
    for job in TIMETABLE:
        queue_once(job.task)
    stack.start_worker()
    eventually(has_nothing_pending(valkey), what="every job has started")
