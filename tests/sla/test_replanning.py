"""Open tickets follow changed SLA settings: counted in advance, then once each, in slices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.tenancy import desk_scope
from sla import replanning
from sla.models import Clock, Replan, ReplanCause, ReplanScope, Target
from sla.previews import Preview, Touched
from sla.replanning import (
    apply_replans,
    find_touched,
    preview_replan,
    read_terms,
    request_replan,
)
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket, TicketEvent
from tickets.services import close

HOUR = timedelta(hours=1)
LATER = NOON + HOUR


def set_minutes(cast: Cast, priority: str, minutes: int) -> Callable[[], object]:
    targets = Target.objects.filter(priority=cast.priorities[priority])
    return lambda: targets.update(amount=minutes)


def make_change(cast: Cast, change: Callable[[], object], scope: str = "open") -> Replan:
    """Change settings as the pages do, at LATER."""
    before = read_terms(cast.desk.pk)
    change()
    return request_replan(
        desk_id=cast.desk.pk,
        by="admin@rocket.example",
        cause=ReplanCause.TARGETS,
        scope=ReplanScope(scope),
        touched=find_touched(before, read_terms(cast.desk.pk)),
        at=LATER,
    )


def apply_all(cast: Cast) -> int:
    total = 0
    while done := apply_replans(desk_id=cast.desk.pk, at=LATER):
        total += done
    return total


def get_due(ticket: Ticket) -> datetime:
    return Clock.objects.get(ticket=ticket).due_at


def preview(cast: Cast, change: Callable[[], object], at: datetime = LATER) -> Preview:
    return preview_replan(desk_id=cast.desk.pk, change=change, at=at)


def test_a_preview_counts_what_moves_and_what_would_be_breached(in_rocket: Cast) -> None:
    for _ in range(3):
        in_rocket.open_ticket()
    in_rocket.open_ticket(priority=in_rocket.priorities["High"])
    early = in_rocket.open_ticket(at=NOON - HOUR)
    found = preview(in_rocket, set_minutes(in_rocket, "Medium", 90), NOON + 0.5 * HOUR)
    assert (found.moved, found.breached_now, found.later) == (4, 1, 0)
    assert (found.unchanged, found.checked, found.is_capped) == (1, 5, False)
    assert set(Target.objects.values_list("amount", flat=True)) == {480}
    assert get_due(early) == NOON + 7 * HOUR


def test_a_preview_counts_promises_that_get_later_start_or_stop(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    assert preview(in_rocket, set_minutes(in_rocket, "Medium", 500)).later == 1
    medium = Target.objects.filter(priority=in_rocket.priorities["Medium"])
    assert preview(in_rocket, medium.delete).stopped == 1
    medium.delete()
    in_rocket.open_ticket()

    def promise() -> None:
        Target.objects.create(
            desk=in_rocket.desk,
            plan=in_rocket.plan,
            priority=in_rocket.priorities["Medium"],
            amount=60,
            calendar=in_rocket.calendar,
        )

    found = preview(in_rocket, promise)
    assert (found.moved, found.started) == (1, 1)  # the first clock still runs


def test_a_preview_says_when_it_checked_only_the_newest(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replanning, "MAX_CHECKED", 2)
    for _ in range(3):
        in_rocket.open_ticket()
    found = preview(in_rocket, set_minutes(in_rocket, "Medium", 60))
    assert (found.moved, found.checked, found.is_capped) == (2, 2, True)


def test_a_preview_of_changed_hours_leaves_the_stored_ones_in_use(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()

    def close_at_noon() -> None:
        in_rocket.calendar.windows.update(end_minute=720)
        type(in_rocket.calendar).objects.update(version=2)

    found = preview(in_rocket, close_at_noon)
    assert (found.moved, found.later) == (1, 1)
    assert get_due(in_rocket.open_ticket()) == get_due(ticket)


def test_open_tickets_follow_with_an_event_each(in_rocket: Cast) -> None:
    tickets = [in_rocket.open_ticket() for _ in range(3)]
    other = in_rocket.open_ticket(priority=in_rocket.priorities["High"])
    was = get_due(other)
    replan = make_change(in_rocket, set_minutes(in_rocket, "Medium", 60))
    apply_all(in_rocket)
    assert [get_due(ticket) for ticket in tickets] == [NOON + HOUR] * 3
    assert get_due(other) == was
    events = TicketEvent.objects.filter(kind="sla.replanned")
    assert {event.ticket_id for event in events} == {ticket.pk for ticket in tickets}
    assert events.count() == 3
    replan.refresh_from_db()
    assert (replan.moved, replan.failed, replan.done_at) == (3, 0, LATER)


def test_for_new_tickets_only_no_open_one_follows(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    was = get_due(ticket)
    make_change(in_rocket, set_minutes(in_rocket, "Medium", 60), scope="new")
    assert apply_all(in_rocket) == 0
    assert get_due(ticket) == was
    assert get_due(in_rocket.open_ticket()) == NOON + HOUR


def test_an_earlier_change_for_new_tickets_only_stays_as_it_was_chosen(in_rocket: Cast) -> None:
    """A later change moves the tickets that it is about, and no others."""
    ticket = in_rocket.open_ticket()
    was = get_due(ticket)
    make_change(in_rocket, set_minutes(in_rocket, "Medium", 60), scope="new")
    make_change(in_rocket, set_minutes(in_rocket, "High", 60))
    apply_all(in_rocket)
    assert get_due(ticket) == was


def test_slices_continue_where_the_last_one_ended(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replanning, "BATCH", 2)
    monkeypatch.setattr(replanning, "READ", 3)
    tickets = [in_rocket.open_ticket() for _ in range(7)]
    replan = make_change(in_rocket, set_minutes(in_rocket, "Medium", 60))
    later = in_rocket.open_ticket()
    assert apply_replans(desk_id=in_rocket.desk.pk, at=LATER) == 2
    replan.refresh_from_db()
    assert (replan.reached, replan.done_at) == (tickets[1].pk, None)
    apply_all(in_rocket)
    replan.refresh_from_db()
    assert (replan.moved, replan.done_at) == (7, LATER)
    assert TicketEvent.objects.filter(kind="sla.replanned").count() == 7
    assert not later.events.filter(kind="sla.replanned").exists()


def test_a_ticket_that_fails_is_counted_and_does_not_stop_the_others(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = in_rocket.open_ticket(), in_rocket.open_ticket()
    was = get_due(bad)
    follow = replanning.replan_ticket

    def fail(change: replanning.Change, *args: object, **kwargs: object) -> None:
        if change.ticket.pk == bad.pk:
            raise ValueError("broken")
        follow(change, *args, **kwargs)

    monkeypatch.setattr(replanning, "replan_ticket", fail)
    replan = make_change(in_rocket, set_minutes(in_rocket, "Medium", 60))
    apply_all(in_rocket)
    replan.refresh_from_db()
    assert (replan.moved, replan.failed, replan.done_at) == (1, 1, LATER)
    assert (get_due(bad), get_due(good)) == (was, NOON + HOUR)


def test_a_ticket_closed_meanwhile_keeps_its_clock(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    replan = make_change(in_rocket, set_minutes(in_rocket, "Medium", 60))
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=LATER)
    apply_all(in_rocket)
    replan.refresh_from_db()
    assert (replan.moved, replan.done_at) == (0, LATER)


def test_another_desks_tickets_stay(rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        theirs = matter.open_ticket()
        was = get_due(theirs)
    with desk_scope(rocket.desk):
        rocket.open_ticket()
        make_change(rocket, lambda: Target.objects.update(amount=60))
        apply_all(rocket)
        assert Replan.objects.get().moved == 1
    with desk_scope(matter.desk):
        assert get_due(theirs) == was
        assert not Replan.objects.exists()


def test_what_a_change_touched_is_read_back_as_stored() -> None:
    touched = Touched(frozenset({3, 1}), frozenset({2}))
    assert Touched.from_json(touched.to_json()) == touched
    assert not Touched()
