"""Classes of work on one worker: each is served however long the others are (fairness)."""

from __future__ import annotations

import signal

import pytest
from celery import current_app

from helpdesk.worker.consumer import limit_processes
from tests.stack import Stack, eventually
from tests.worker.tasks import GATE, SEEN, get_valkey
from tickets.queueing import Queue


def send(task: str, queue: Queue, name: str) -> None:
    current_app.send_task(f"tests.worker.tasks.{task}", kwargs={"name": name}, queue=queue.value)


def read_seen() -> list[str]:
    return list(get_valkey().lrange(SEEN, 0, -1))


@pytest.mark.parametrize(
    ("processes", "classes", "limit"),
    [(3, 2, 2), (2, 2, 1), (4, 4, 1), (6, 2, 5), (1, 2, 1), (2, 1, 2)],
)
def test_a_class_leaves_a_process_for_each_other_class(
    processes: int, classes: int, limit: int
) -> None:
    assert limit_processes(processes, classes) == limit


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("flood", "other"),
    [
        (Queue.CLOCKS, Queue.INTERACTIVE),
        (Queue.INTERACTIVE, Queue.CLOCKS),
        (Queue.INBOUND, Queue.BULK),
        (Queue.BULK, Queue.INBOUND),
    ],
)
def test_a_stuck_class_leaves_a_process_for_the_other(
    stack: Stack, flood: Queue, other: Queue
) -> None:
    """Sixty tasks of a class hold two of three processes; those of the other class pass."""
    for number in range(60):
        send("hold", flood, f"flood {number}")
    stack.start_worker(f"-I tests.worker.tasks --concurrency 3 --queues {flood},{other}")
    eventually(lambda: len(read_seen()) == 2, what="two processes are held")
    for number in range(5):
        send("pass_by", other, f"other {number}")
    eventually(lambda: len(read_seen()) == 7, what="the other class passes")
    seen = read_seen()
    assert sorted(line for line in seen if line.startswith("flood")) == [
        "flood 0 holds",
        "flood 1 holds",
    ]
    assert [line for line in seen if line.startswith("other")] == [
        f"other {number} passes" for number in range(5)
    ]
    get_valkey().set(GATE, 1)
    eventually(lambda: len(read_seen()) == 65, what="the flood goes on")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("queue", [Queue.CLOCKS, Queue.INTERACTIVE])
def test_a_worker_that_stops_finishes_its_task_and_queues_it_for_no_other(
    stack: Stack, queue: Queue
) -> None:
    """In Celery's own consumer and in that of another class."""
    stack.start_worker("-I tests.worker.tasks --concurrency 3 --queues clocks,interactive")
    send("hold", queue, "task")
    eventually(lambda: read_seen() == ["task holds"], what="the task runs")
    worker = stack.processes.pop("worker")
    worker.send_signal(signal.SIGTERM)
    log = stack.folder / "worker.log"
    eventually(lambda: "Warm shutdown" in log.read_text(), what="the worker stops")
    get_valkey().set(GATE, 1)
    assert worker.wait(20) == 0
    assert get_valkey().llen(queue) == 0
    assert get_valkey().hlen("unacked") == 0
    assert "succeeded" in log.read_text()
