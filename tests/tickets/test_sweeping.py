"""A row that fails in a sweep is set aside with its error; the others continue in batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import QuerySet

from tests.cast import NOON, Cast
from tickets.models import SweepFailure, SweepKind, Ticket
from tickets.sweeping import WHOLE_BATCH, Sweep

MINUTE = timedelta(minutes=1)


class Work:
    """Work that marks tickets as done, and fails on the poisoned ones."""

    def __init__(self, *poisoned: int, error: type[Exception] = RuntimeError) -> None:
        self.poisoned, self.error = set(poisoned), error
        self.calls: list[list[int]] = []

    def __call__(self, rows: QuerySet[Ticket]) -> int:
        ids = list(rows.values_list("pk", flat=True))
        self.calls.append(ids)
        for pk in ids:
            Ticket.objects.filter(pk=pk).update(subject="done")
            if pk in self.poisoned:
                raise self.error(f"poison {pk}")
        return len(ids)


@pytest.fixture
def ids(in_rocket: Cast) -> list[int]:
    return [in_rocket.open_ticket().pk for _ in range(5)]


@pytest.fixture
def sweep(in_rocket: Cast) -> Callable[[datetime], Sweep]:
    def make(at: datetime) -> Sweep:
        due = Ticket.objects.exclude(subject="done").order_by("pk")
        return Sweep(SweepKind.CLOSE_SILENT, due, desk_id=in_rocket.desk.pk, at=at)

    return make


def list_done() -> list[int]:
    done = Ticket.objects.filter(subject="done").order_by("pk")
    return list(done.values_list("pk", flat=True))


def test_a_batch_is_one_call(ids: list[int], sweep: Callable[[datetime], Sweep]) -> None:
    work = Work()
    assert sweep(NOON).run_together(work, batch=3) == 3
    assert work.calls == [ids[:3]]
    assert not SweepFailure.objects.exists()


def test_a_failing_row_is_set_aside_and_the_rest_goes_on(
    ids: list[int], sweep: Callable[[datetime], Sweep]
) -> None:
    bad = ids[1]
    assert sweep(NOON).run_together(Work(bad), batch=3) == 2
    assert list_done() == [ids[0], ids[2]]
    failure = SweepFailure.objects.get()
    assert (failure.sweep, failure.row_id, failure.attempts) == ("tickets.close", bad, 1)
    assert failure.last_error == f"RuntimeError: poison {bad}"
    assert failure.next_try_at == NOON + MINUTE

    work = Work(bad)
    assert sweep(NOON).run_together(work, batch=3) == 2
    assert work.calls == [ids[3:]], "the failed row is not in the batch"


def test_a_row_set_aside_is_tried_alone_with_growing_pauses(
    ids: list[int], sweep: Callable[[datetime], Sweep]
) -> None:
    bad, at, pauses = ids[1], NOON, []
    sweep(at).run_together(Work(bad), batch=9)
    for _ in range(4):
        failure = SweepFailure.objects.get()
        pauses.append((failure.next_try_at - at) / MINUTE)
        at = failure.next_try_at
        assert sweep(at - timedelta(seconds=1)).run_together(Work(bad), batch=9) == 0
        assert SweepFailure.objects.get().attempts == failure.attempts
        sweep(at).run_together(Work(bad), batch=9)
    assert pauses == [1, 5, 15, 60]
    assert SweepFailure.objects.get().attempts == 5


def test_a_row_that_succeeds_later_is_forgotten(
    ids: list[int], sweep: Callable[[datetime], Sweep]
) -> None:
    sweep(NOON).run_together(Work(ids[1]), batch=9)
    assert sweep(NOON + MINUTE).run_together(Work(), batch=9) == 1
    assert list_done() == ids
    assert not SweepFailure.objects.exists()


def test_a_row_that_is_no_longer_due_is_forgotten(
    ids: list[int], sweep: Callable[[datetime], Sweep]
) -> None:
    sweep(NOON).run_together(Work(ids[1]), batch=9)
    Ticket.objects.filter(pk=ids[1]).update(subject="done")
    sweep(NOON + MINUTE).run_each(lambda pk: pytest.fail(f"{pk} is not due"), batch=9)
    assert not SweepFailure.objects.exists()


def test_a_batch_that_runs_out_of_time_is_done_row_by_row_next_time(
    ids: list[int], sweep: Callable[[datetime], Sweep]
) -> None:
    """Otherwise every sweep would start with the same batch and never get beyond it."""
    slow = Work(ids[1], error=SoftTimeLimitExceeded)
    with pytest.raises(SoftTimeLimitExceeded):
        sweep(NOON).run_together(slow, batch=9)
    assert list_done() == []
    assert SweepFailure.objects.get().row_id == WHOLE_BATCH

    with pytest.raises(SoftTimeLimitExceeded):
        sweep(NOON).run_together(slow, batch=9)
    assert list_done() == [ids[0]]
    failure = SweepFailure.objects.get(row_id=ids[1])
    assert failure.last_error == "It took longer than 90 seconds and was stopped."

    assert sweep(NOON).run_together(slow, batch=9) == 3
    assert list_done() == [ids[0], *ids[2:]]
    assert not SweepFailure.objects.filter(row_id=WHOLE_BATCH).exists()


def test_rows_handled_alone_are_set_aside_too(
    ids: list[int], sweep: Callable[[datetime], Sweep]
) -> None:
    def work(pk: int) -> int:
        return Work(ids[0])(Ticket.objects.filter(pk=pk))

    assert sweep(NOON).run_each(work, batch=9) == 4
    assert list_done() == ids[1:]
    assert SweepFailure.objects.get().row_id == ids[0]


def test_each_sweep_has_its_own_failures(
    in_rocket: Cast, ids: list[int], sweep: Callable[[datetime], Sweep]
) -> None:
    sweep(NOON).run_together(Work(*ids), batch=9)
    assert SweepFailure.objects.count() == 5
    due = Ticket.objects.order_by("pk")
    other = Sweep(SweepKind.REMIND_SILENT, due, desk_id=in_rocket.desk.pk, at=NOON)
    assert other.run_together(Work(), batch=9) == 5
