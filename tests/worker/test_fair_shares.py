"""Fair shares: a desk waits for at most one small batch of another (fairness)."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from accounts.sweeps import list_desks_with_work, sweep_desks, take_turns
from accounts.tenancy import desk_scope
from sla.models import Clock
from sla.sweeps import list_due_clocks, mark_breached
from sla.tasks import mark_breached_clocks
from tests.cast import NOON, Cast
from tickets.models import Ticket
from tickets.queueing import Queue, requeue

ROOT = Path(__file__).resolve().parents[2]
LARGE, SMALL, OTHER = 1, 2, 3


class Backlog:
    """Rows due in each desk; every batch takes ten and notes whose they were."""

    def __init__(self, **due: int) -> None:
        self.due = {1: due.get("large", 0), 2: due.get("small", 0), 3: due.get("other", 0)}
        self.batches: list[int] = []

    def work(self, desk_id: int) -> int:
        done = min(self.due[desk_id], 10)
        self.due[desk_id] -= done
        self.batches.append(desk_id)
        return done


def test_a_single_row_waits_for_one_batch_of_a_desk_with_ten_thousand() -> None:
    backlog = Backlog(large=10_000, small=1)
    take_turns([LARGE, SMALL], backlog.work, max_rounds=1000)
    assert backlog.batches.index(SMALL) == 1


def test_desks_take_turns_until_nothing_is_left() -> None:
    backlog = Backlog(large=25, small=5, other=15)
    assert take_turns([LARGE, SMALL, OTHER], backlog.work) == (45, False)
    assert backlog.batches == [LARGE, SMALL, OTHER] * 2 + [LARGE, OTHER, LARGE]


def test_when_the_time_is_over_every_desk_had_its_turn() -> None:
    backlog = Backlog(large=10_000, small=10_000, other=10_000)
    assert take_turns([LARGE, SMALL, OTHER], backlog.work, seconds=0) == (30, True)
    assert backlog.batches == [LARGE, SMALL, OTHER]


def test_a_desk_whose_work_never_ends_is_stopped() -> None:
    assert take_turns([LARGE], lambda desk_id: 1, max_rounds=7) == (7, True)


def test_a_sweep_is_queued_again_only_when_work_is_left(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            cast.open_ticket()
    left = {rocket.desk.pk: 3, matter.desk.pk: 1}
    queued: list[dict[int, int]] = []

    def batch(*, desk_id: int, at: datetime) -> int:
        done = min(left[desk_id], 1)
        left[desk_id] -= done
        return done

    def sweep() -> int:
        due = Ticket.objects.all()
        return sweep_desks(
            "test", due, batch, at=NOON, again=lambda: queued.append(dict(left)), seconds=0
        )

    assert [sweep() for _ in range(4)] == [2, 1, 1, 0]
    assert [list(state.values()) for state in queued] == [[2, 0], [1, 0], [0, 0]]


def test_the_desk_whose_row_is_due_longest_comes_first(rocket: Cast, matter: Cast) -> None:
    dues = {}
    for cast, hours in ((rocket, 1), (matter, 2)):
        with desk_scope(cast.desk):
            ticket = cast.open_ticket()
            dues[cast.desk.pk] = NOON - timedelta(hours=hours)
            Clock.objects.filter(ticket=ticket).update(due_at=dues[cast.desk.pk])
    found = list_desks_with_work("test", list_due_clocks(NOON), by="due_at")
    assert found == sorted(dues, key=lambda desk_id: dues[desk_id])
    assert found == [matter.desk.pk, rocket.desk.pk]


def test_breaches_of_a_large_desk_are_marked_in_turn_with_those_of_a_small_one(
    rocket: Cast, matter: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cast, count in ((rocket, 6), (matter, 1)):
        with desk_scope(cast.desk):
            for _ in range(count):
                cast.open_ticket()
            Clock.objects.update(due_at=NOON - timedelta(hours=1))
    monkeypatch.setattr("sla.sweeps.BATCH", 2)
    batches: list[int] = []

    def mark(*, desk_id: int, at: datetime) -> int:
        batches.append(desk_id)
        return mark_breached(desk_id=desk_id, at=at)

    monkeypatch.setattr("sla.tasks.mark_breached", mark)
    assert mark_breached_clocks() == 7
    assert batches[:3] == [rocket.desk.pk, matter.desk.pk, rocket.desk.pk]


def test_every_sweep_queues_itself_again_for_the_rest() -> None:
    """sweep_desks alone runs to its end, and its class waits."""
    called = [
        getattr(call.func, "id", "")
        for path in ROOT.glob("*/tasks.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
    ]
    assert called.count("sweep_due") > 10
    assert "sweep_desks" not in called


def test_a_running_task_queues_itself_in_its_own_class(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "tickets.queueing._send", lambda task, given, **options: queued.append((task, task.queue))
    )
    assert not requeue()  # outside of a task there is nothing to repeat
    mark_breached_clocks.push_request(delivery_info={"routing_key": "clocks"})
    monkeypatch.setattr("tickets.queueing.current_task", mark_breached_clocks)
    requeue()
    mark_breached_clocks.pop_request()
    assert queued == [("sla.tasks.mark_breached_clocks", Queue.CLOCKS)]
