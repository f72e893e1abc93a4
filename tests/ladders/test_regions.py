"""A night and a weekend with three regions: each step at its minute, once (M80, M104)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Min

from accounts.models import Agent
from routing.models import OnCallRota, OnCallTurn, Shift
from sla.ladders import acknowledge, stepping
from sla.models import Action, CalendarWindow, LadderRun, Target
from tests.cast import Cast
from tests.ladders.helpers import (
    AFTER,
    BEFORE,
    MINUTE,
    SILENCE,
    add_ladder,
    list_events,
    list_steps_taken,
    sweep,
)
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Ticket

HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
MONDAY = FRIDAY + timedelta(days=2, hours=14)
SCHEDULER = timedelta(seconds=20)
# Each region is on call for eight hours of every day, by UTC.
REGIONS = {"analyst": 0, "colleague": 8, "level_two": 16}
LADDER = [
    (10, BEFORE, Action.ASSIGNEE),
    (0, AFTER, Action.CHANNEL),
    (5, AFTER, Action.PAGE),
    (10, SILENCE, Action.LEAD),
    (20, SILENCE, Action.PAGE),
]


@pytest.fixture
def desk(in_rocket: Cast) -> Cast:
    """A desk around the clock with targets of one hour, where nobody is on shift."""
    Shift.objects.all().delete()
    CalendarWindow.objects.all().delete()
    CalendarWindow.objects.bulk_create(
        CalendarWindow(
            desk=in_rocket.desk,
            calendar=in_rocket.calendar,
            weekday=weekday,
            start_minute=0,
            end_minute=1440,
        )
        for weekday in range(7)
    )
    in_rocket.calendar.version += 1
    in_rocket.calendar.save()
    Target.objects.update(amount=60)
    rota = OnCallRota.objects.create(desk=in_rocket.desk, name="Follow the sun")
    for day in range(4):
        for who, hour in REGIONS.items():
            start = FRIDAY.replace(hour=0) + timedelta(days=day, hours=hour)
            agent = getattr(in_rocket, who)
            OnCallTurn.objects.create(
                desk=in_rocket.desk, rota=rota, agent=agent, planned_agent=agent,
                start_at=start, end_at=start + 8 * HOUR,
            )  # fmt: skip
    add_ladder(in_rocket, LADDER, repeat_minutes=7 * 24 * 60)  # one round is enough here
    return in_rocket


def find_on_call(cast: Cast, at: datetime) -> Agent:
    """Return the agent of the region whose eight hours these are."""
    who = {hour // 8: who for who, hour in REGIONS.items()}[at.hour // 8]
    agent: Agent = getattr(cast, who)
    return agent


def test_every_step_of_a_weekend_is_within_a_minute_and_once(
    desk: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers sweep, and every fifth time that one takes steps, it is killed."""
    killed = kill_sometimes(monkeypatch)
    opened = [FRIDAY + 3 * HOUR * place + 7 * place * MINUTE for place in range(18)]
    tickets: list[Ticket] = []
    acknowledged: dict[int, datetime] = {}  # every third ticket, two minutes after its page
    at = FRIDAY
    while at < MONDAY:
        if len(tickets) < len(opened) and opened[len(tickets)] <= at:
            tickets.append(desk.open_ticket(at=opened[len(tickets)]))
        for ticket_id in [one for one, time in acknowledged.items() if at - SCHEDULER < time <= at]:
            by = Actor.of(find_on_call(desk, at))
            acknowledge(ticket_id=ticket_id, by=by, at=at)
        if sweep_twice(desk, at):
            for ticket in tickets[::3]:
                if ticket.pk in acknowledged:
                    continue
                pages = [t for t, action in list_steps_taken(ticket) if action == "page"]
                if pages:
                    acknowledged[ticket.pk] = pages[0] + 2 * MINUTE
        coming = [*opened[len(tickets) : len(tickets) + 1], *acknowledged.values()]
        at = find_tick([time for time in coming if time > at], after=at)
    assert killed
    assert Counter(list_weekend_acks(tickets).values()) == {1: 6}
    for place, ticket in enumerate(tickets):
        due_at = opened[place].replace(microsecond=0) + HOUR
        taken = list_steps_taken(ticket)
        check_first_round(taken, due_at, until=MONDAY, is_acknowledged=place % 3 == 0)
        check_nothing_twice(ticket)
        check_region(desk, ticket)


def kill_sometimes(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Kill workers after they took steps, before the commit. Return the times, as they come."""
    record, killed, calls = stepping.record_many, list[datetime](), iter(range(100_000))

    def record_or_die(**given: Any) -> None:
        record(**given)
        if given["kind"] == EventKind.LADDER_STEP and next(calls) % 5 == 2:
            killed.append(given["at"])
            raise KilledError

    monkeypatch.setattr(stepping, "record_many", record_or_die)
    return killed


class KilledError(BaseException):
    """The worker process ends here."""


def sweep_twice(cast: Cast, at: datetime) -> int:
    """Run the sweeps of two workers. What a killed one took is rolled back."""
    handled = 0
    for _worker in range(2):
        try:
            handled += sweep(cast, at)
        except KilledError:
            continue
    return handled


def list_weekend_acks(tickets: list[Ticket]) -> dict[int, int]:
    """Return how often each acknowledged ticket was acknowledged."""
    found = {one.pk: len(list_events(one, EventKind.LADDER_ACKNOWLEDGED)) for one in tickets}
    return {pk: amount for pk, amount in found.items() if amount}


def find_tick(coming: list[datetime], *, after: datetime) -> datetime:
    """Return the scheduler's next run with something to do: the ones in between find nothing."""
    due = LadderRun.objects.aggregate(at=Min("next_at"))["at"]
    times = [max(time, after + SCHEDULER) for time in (*coming, due) if time is not None]
    ticks = -((FRIDAY - min(times, default=MONDAY)) // SCHEDULER)
    return FRIDAY + ticks * SCHEDULER


def check_first_round(
    taken: list[tuple[datetime, str]], due_at: datetime, *, until: datetime, is_acknowledged: bool
) -> None:
    """Each step within 60 seconds of its minute; an acknowledged ladder stops after the page."""
    minutes = [(-10, "assignee"), (0, "channel"), (5, "page")]
    if not is_acknowledged:
        minutes += [(15, "lead"), (35, "page")]
    planned = [(due_at + m * MINUTE, action) for m, action in minutes]
    planned = [(at, action) for at, action in planned if at <= until - MINUTE]
    for (at, action), (planned_at, planned_action) in zip(taken, planned, strict=False):
        assert action == planned_action
        assert timedelta(0) <= at - planned_at < timedelta(seconds=60)
    assert len(taken) >= len(planned)


def check_nothing_twice(ticket: Ticket) -> None:
    steps = [(event.data["round"], event.data["step"]) for event in list_events(ticket)]
    assert max(Counter(steps).values(), default=1) == 1
    assert steps == sorted(steps)


def check_region(cast: Cast, ticket: Ticket) -> None:
    """Every page went to the region that was on call."""
    for event in list_events(ticket):
        if event.data["action"] == "page":
            assert event.data["to"] == [find_on_call(cast, event.at).pk]


def test_an_acknowledged_ladder_is_silent_until_it_resumes(desk: Cast) -> None:
    ticket = desk.open_ticket(at=FRIDAY)
    at, end = FRIDAY, FRIDAY + 3 * HOUR
    while at < end:
        sweep(desk, at)
        if at == FRIDAY + HOUR + 6 * MINUTE:
            acknowledge(ticket_id=ticket.pk, by=Actor.of(desk.level_two), at=at)
        at += MINUTE
    [resumed] = list_events(ticket, EventKind.LADDER_RESUMED)
    assert resumed.at == FRIDAY + HOUR + 36 * MINUTE
    quiet = [t for t, _ in list_steps_taken(ticket) if FRIDAY + 66 * MINUTE < t < resumed.at]
    assert quiet == []
