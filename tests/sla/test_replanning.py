"""Open tickets follow changed SLA settings: counted in advance, then once each, in slices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from accounts.models import Level, Plan
from accounts.tenancy import desk_scope
from sla import replanning
from sla.models import (
    Clock,
    ClockKind,
    LevelTarget,
    Policy,
    Replan,
    ReplanCause,
    ReplanScope,
    Target,
)
from sla.previews import Preview, Touched
from sla.replanning import (
    apply_replans,
    change_settings,
    find_touched,
    read_terms,
    request_replan,
)
from tests.cast import NOON, Cast
from tests.clocks import add_level_targets
from tickets.actors import Actor
from tickets.models import Priority, Ticket, TicketEvent
from tickets.services import NewMessage, add_customer_message, close, escalate, reply

HOUR = timedelta(hours=1)
TAKEN = ClockKind.LEVEL_TAKEN
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
    return Clock.objects.get(ticket=ticket, kind="first_response").due_at


def preview(cast: Cast, change: Callable[[], object], at: datetime = LATER) -> Preview:
    return change_settings(
        desk_id=cast.desk.pk, by="", cause=ReplanCause.TARGETS, scope=None, change=change, at=at
    )


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

    def fail(change: replanning.Change, cause: str, *, kinds: set[str]) -> None:
        if change.ticket.pk == bad.pk:
            raise ValueError("broken")
        follow(change, cause, kinds=kinds)

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


def test_internal_clocks_follow_their_level_and_no_other(in_rocket: Cast) -> None:
    for level in (Level.L1, Level.L2):
        add_level_targets(in_rocket, level, TAKEN, ClockKind.LEVEL_SILENCE, minutes=60)
    first, second = in_rocket.open_ticket(), in_rocket.open_ticket()
    escalate(
        ticket_id=second.pk, by=Actor.of(in_rocket.analyst), cause="cannot_reproduce", why="Odd",
        at=NOON,
    )  # fmt: skip
    targets = LevelTarget.objects.filter(level=Level.L1, clock=TAKEN)

    def slow_down() -> object:
        return targets.update(minutes=120)

    assert preview(in_rocket, slow_down).moved == 1
    make_change(in_rocket, slow_down)
    apply_all(in_rocket)
    due = {(c.ticket_id, c.kind): c.due_at for c in Clock.objects.all()}
    assert due[first.pk, TAKEN] == NOON + 2 * HOUR
    assert due[first.pk, "level_silence"] == NOON + HOUR
    assert due[second.pk, TAKEN] == NOON + HOUR
    assert preview(in_rocket, targets.delete).stopped == 1
    make_change(in_rocket, targets.delete)
    apply_all(in_rocket)
    stopped = Clock.objects.get(kind=TAKEN, ticket=first)
    assert stopped.stopped_at == LATER


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
    touched = Touched(frozenset({3, 1}), frozenset({2}), frozenset({"l2:level_taken"}))
    assert Touched.from_json(touched.to_json()) == touched
    assert Touched.from_json({"targets": [1], "calendars": []}) == Touched(frozenset({1}))
    assert all(Touched(**{name: frozenset({1})}) for name in ("targets", "calendars", "levels"))
    assert not Touched()


def add_policy(cast: Cast, clock: str, minutes: int, *, position: int = 1) -> Policy:
    policy = Policy.objects.create(desk=cast.desk, name=f"{clock} {minutes}", position=position)
    Target.objects.create(
        desk=cast.desk, policy=policy, clock=clock, amount=minutes, calendar=cast.calendar
    )
    return policy


@pytest.mark.parametrize("clock", ["first_response", "next_response", "update", "resolution"])
def test_the_preview_of_each_clock_counts_what_the_replan_then_does(
    in_rocket: Cast, clock: str
) -> None:
    tickets = [in_rocket.open_ticket() for _ in range(3)]
    for ticket in tickets[1:]:
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hi", at=NOON)
    add_customer_message(
        ticket_id=tickets[2].pk,
        new=NewMessage(text="And?", channel="email"),
        contact=in_rocket.customer,
        at=NOON + 0.5 * HOUR,
    )
    for minutes, position in ((60, 2), (90, 1)):
        add = partial(add_policy, in_rocket, clock, minutes, position=position)
        found = preview(in_rocket, add)
        before = TicketEvent.objects.count()
        replan = make_change(in_rocket, add)
        apply_all(in_rocket)
        replan.refresh_from_db()
        events = TicketEvent.objects.order_by("pk")[before:]
        planned = ("sla.started", "sla.replanned")
        kinds = [e.kind for e in events if e.data["clock"] == clock and e.kind in planned]
        assert len(kinds) == found.moved + found.started
        assert kinds.count("sla.replanned") == found.moved
        assert kinds
        assert {e.data["cause"] for e in events if e.kind in planned} == {"targets"}


def test_a_policy_put_last_gives_its_tickets_to_the_next(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    fast = add_policy(in_rocket, "first_response", 60, position=3)
    slow = add_policy(in_rocket, "first_response", 120, position=2)
    make_change(in_rocket, lambda: Policy.objects.filter(pk=fast.pk).update(position=1))
    apply_all(in_rocket)
    assert get_due(ticket) == NOON + HOUR
    make_change(in_rocket, lambda: Policy.objects.filter(pk=fast.pk).update(is_active=False))
    apply_all(in_rocket)
    assert get_due(ticket) == NOON + 2 * HOUR
    make_change(in_rocket, slow.delete)
    apply_all(in_rocket)
    assert get_due(ticket) == NOON + 8 * HOUR


def test_only_the_clocks_that_a_change_is_about_move(in_rocket: Cast) -> None:
    add_policy(in_rocket, "resolution", 600)
    ticket = in_rocket.open_ticket()
    resolution = Target.objects.filter(clock="resolution")
    make_change(in_rocket, lambda: resolution.update(amount=900), scope="new")
    was = Clock.objects.get(ticket=ticket, kind="resolution").due_at
    make_change(in_rocket, set_minutes(in_rocket, "Medium", 60))
    apply_all(in_rocket)
    assert get_due(ticket) == NOON + HOUR
    assert Clock.objects.get(ticket=ticket, kind="resolution").due_at == was


def test_a_plan_a_priority_and_a_policy_take_their_targets_with_them(in_rocket: Cast) -> None:
    policy = add_policy(in_rocket, "update", 60)
    plan = Plan.objects.create(desk=in_rocket.desk, name="Unused")
    priority = Priority.objects.create(desk=in_rocket.desk, name="Unused", rank=9)
    target = Target.objects.create(
        desk=in_rocket.desk, plan=plan, priority=priority, amount=60, calendar=in_rocket.calendar
    )
    policy.delete()
    priority.delete()
    assert not Target.objects.filter(pk=target.pk).exists()
    Target.objects.create(
        desk=in_rocket.desk, plan=plan, priority=in_rocket.default_priority, amount=60,
        calendar=in_rocket.calendar,
    )  # fmt: skip
    plan.delete()
    assert set(Target.objects.values_list("plan", flat=True)) == {in_rocket.plan.pk}


def test_tickets_that_a_deleted_policy_left_alone_do_not_follow_another_change(
    in_rocket: Cast,
) -> None:
    policy = add_policy(in_rocket, "first_response", 60)
    ticket = in_rocket.open_ticket()
    assert get_due(ticket) == NOON + HOUR
    make_change(in_rocket, policy.delete, scope="new")
    assert preview(in_rocket, lambda: None).moved == 0
    other = set_minutes(in_rocket, "High", 90)
    assert preview(in_rocket, other).moved == 0
    make_change(in_rocket, other)
    apply_all(in_rocket)
    assert get_due(ticket) == NOON + HOUR


def test_tickets_follow_the_deletion_of_their_policy(in_rocket: Cast) -> None:
    policy = add_policy(in_rocket, "first_response", 60)
    ticket = in_rocket.open_ticket()
    make_change(in_rocket, policy.delete)
    apply_all(in_rocket)
    assert get_due(ticket) == NOON + 8 * HOUR
