"""Hundreds of tickets follow a change: after a killed worker, twice, and beside other desks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from sla import replanning
from sla.models import Clock, Replan, Target
from sla.replanning import BATCH, apply_replans
from sla.tasks import apply_replans as apply_replans_task
from tests.cast import NOON, Cast
from tests.sla.test_replanning import HOUR, LATER, apply_all, make_change, set_minutes
from tickets.models import Ticket, TicketEvent
from tickets.queueing import Queue

TICKETS = 200


class KilledError(BaseException):
    """The worker process ends here."""


def open_many(cast: Cast, count: int = TICKETS) -> None:
    for _ in range(count):
        cast.open_ticket()


def count_moved() -> int:
    return Clock.objects.filter(due_at=NOON + HOUR).count()


def count_events() -> tuple[int, int]:
    """Return the number of events of replans, and of tickets that they are about."""
    events = TicketEvent.objects.filter(kind="sla.replanned")
    return events.count(), events.values("ticket").distinct().count()


def test_a_killed_worker_leaves_whole_slices_and_the_next_one_continues(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_many(in_rocket)
    replan = make_change(in_rocket, set_minutes(in_rocket, "Medium", 60))
    follow, followed = replanning._follow_one, []

    def die(row: Replan, ticket_id: int, kinds: set[str]) -> int:
        followed.append(ticket_id)
        if len(followed) == 7 * BATCH + 5:
            raise KilledError
        return follow(row, ticket_id, kinds)

    with monkeypatch.context() as patch:
        patch.setattr(replanning, "_follow_one", die)
        with pytest.raises(KilledError):
            apply_all(in_rocket)
    assert count_moved() == 7 * BATCH
    replan.refresh_from_db()
    assert (replan.moved, replan.done_at) == (7 * BATCH, None)
    assert apply_all(in_rocket) == TICKETS - 7 * BATCH
    replan.refresh_from_db()
    assert (replan.moved, replan.failed, replan.done_at) == (TICKETS, 0, LATER)
    assert (count_moved(), count_events()) == (TICKETS, (TICKETS, TICKETS))


def test_a_replan_that_starts_over_changes_nothing_more(in_rocket: Cast) -> None:
    open_many(in_rocket, 30)
    make_change(in_rocket, set_minutes(in_rocket, "Medium", 60))
    apply_all(in_rocket)
    before = list(Clock.objects.order_by("pk").values())
    Replan.objects.update(reached=0, done_at=None)
    apply_all(in_rocket)
    assert list(Clock.objects.order_by("pk").values()) == before
    assert count_events() == (30, 30)
    assert Replan.objects.get().moved == 30


def test_another_desks_change_does_not_wait_for_a_long_one(
    rocket: Cast, matter: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each desk gets a slice in turn; the rest is queued again, behind other bulk work."""
    with desk_scope(rocket.desk):
        open_many(rocket, 3 * BATCH)
        make_change(rocket, lambda: Target.objects.update(amount=60))
    with desk_scope(matter.desk):
        open_many(matter, 2)
        make_change(matter, lambda: Target.objects.update(amount=60))
    turns: list[int] = []

    def note(*, desk_id: int, at: object) -> int:
        turns.append(desk_id)
        return apply_replans(desk_id=desk_id, at=LATER)

    monkeypatch.setattr("sla.tasks.apply_replans_of_desk", note)
    apply_replans_task()
    first, second = rocket.desk.pk, matter.desk.pk
    assert turns[:2] == [first, second]
    assert turns.count(second) <= 2 < turns.count(first)
    assert replanning.APPLY.queue == Queue.BULK


def test_a_slice_reads_little_more_than_it_plans(in_rocket: Cast) -> None:
    open_many(in_rocket, 60)
    make_change(in_rocket, set_minutes(in_rocket, "Medium", 60))
    read: list[int] = []
    compare = replanning.compare_tickets

    def note(tickets: list[Ticket], *args: object, **given: object) -> object:
        read.append(len(tickets))
        return compare(tickets, *args, **given)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replanning, "compare_tickets", note)
        apply_all(in_rocket)
    assert sum(read) <= 60 * 2 + replanning.CHUNK


def test_a_change_of_few_tickets_passes_the_others_by_in_few_statements(in_rocket: Cast) -> None:
    open_many(in_rocket, 100)
    in_rocket.open_ticket(priority=in_rocket.priorities["High"])
    replan = make_change(in_rocket, set_minutes(in_rocket, "High", 60))
    with CaptureQueriesContext(connection) as queries:
        assert apply_all(in_rocket) == 1
    replan.refresh_from_db()
    assert (replan.moved, replan.done_at) == (1, LATER)
    assert len(queries) < 60
