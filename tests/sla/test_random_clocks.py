"""Random lives of tickets through the services: all clocks replay equal and are due as they should.

The deadlines are compared with the calculator of wall_clock.py, in eight zones around both clock
changes, with pauses, holds, promises, breaches, and changes of calendars and policies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, Contact, Level, Plan
from sla.explaining.explain import Status
from sla.explaining.selectors import explain_run, list_clocks, list_runs
from sla.explaining.verification import verify_tickets
from sla.hours import save_version
from sla.models import (
    Calendar,
    CalendarBreak,
    CalendarException,
    CalendarWindow,
    Clock,
    ClockKind,
    Holiday,
    Policy,
    Target,
)
from sla.policies.contents import keep_version
from sla.runs import read_pauses
from sla.sweeps import mark_breached, warn_of_due
from tests.cast import Cast
from tests.clocks import add_level_targets
from tests.sla.test_ten_thousand import TURNS, draw_calendar
from tests.sla.wall_clock import Season
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.models import Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    change_priority,
    change_status,
    close,
    end_hold,
    hold_ticket,
    mark_no_reply_needed,
    promise_update,
    reopen,
    reply,
    withdraw_promise,
)

SEED, LIVES, STEPS = 9, 12, 8
DAYS = 100  # of a season: enough for any deadline
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Seasons = dict[tuple[int, int], Season]


class World:
    """A desk with one plan, account and calendar for each zone."""

    def __init__(self, cast: Cast, random: Random) -> None:
        self.cast, self.random = cast, random
        self.seasons: Seasons = {}
        self.contacts = {zone: self._add_zone(zone) for zone in TURNS}
        type(cast.desk).objects.filter(pk=cast.desk.pk).update(
            warn_points=[50, 90], pause_states=["investigating"]
        )
        add_level_targets(cast, Level.L1, ClockKind.LEVEL_TAKEN, minutes=45)

    def _add_zone(self, zone: str) -> Contact:
        desk, turn = self.cast.desk, self.random.randrange(2)
        hours, season = draw_calendar(zone, turn, 0)
        calendar = Calendar.objects.create(desk=desk, name=zone, time_zone=zone)
        for part in hours.windows:
            CalendarWindow.objects.create(desk=desk, calendar=calendar, **part._asdict())
        for part in hours.breaks:
            CalendarBreak.objects.create(desk=desk, calendar=calendar, **part._asdict())
        for day in hours.holidays:
            Holiday.objects.create(desk=desk, calendar=calendar, date=day, name="Feast")
        for day, spans in hours.exceptions:
            for start, end in spans or ((None, None),):
                CalendarException.objects.create(
                    desk=desk, calendar=calendar, date=day, start_minute=start, end_minute=end
                )
        save_version(calendar, is_new=True)
        assert calendar.working_hours() == hours
        self.seasons[calendar.pk, calendar.version] = replace(season, days=DAYS)
        plan = Plan.objects.create(desk=desk, name=zone)
        Target.objects.bulk_create(self._draw_targets(plan, calendar))
        account = Account.objects.create(desk=desk, name=zone, plan=plan)
        return Contact.objects.create(desk=desk, account=account, email=f"{account.pk}@x.example")

    def _draw_targets(self, plan: Plan, calendar: Calendar) -> list[Target]:
        kinds = [kind for kind in ClockKind if kind.has_target]
        return [
            Target(
                desk=self.cast.desk,
                plan=plan,
                priority=priority,
                calendar=calendar,
                clock=kind,
                **self.draw_amount(),
            )
            for priority in self.cast.priorities.values()
            for kind in kinds
        ]

    def draw_amount(self) -> dict[str, Any]:
        if self.random.random() < 0.3:
            days, minute = self.random.randrange(1, 4), self.random.choice((None, 1080, 960))
            return {"unit": "business_days", "amount": days, "by_minute": minute}
        return {"unit": "minutes", "amount": self.random.choice((1, 30, 240, 1200))}

    def change_calendar(self, contact: Contact, day: date) -> None:
        """Close a date. The version before stays what it was."""
        calendar = Calendar.objects.get(desk=self.cast.desk, name=contact.account.name)
        before = self.seasons[calendar.pk, calendar.version]
        own = before.calendar.own
        if day in own or day in before.calendar.closed:
            return
        Holiday.objects.create(desk=self.cast.desk, calendar=calendar, date=day, name="New")
        save_version(calendar)
        closed = before.calendar.closed | {day}
        self.seasons[calendar.pk, calendar.version] = Season(
            replace(before.calendar, closed=closed), before.start, DAYS
        )

    def add_policy(self, contact: Contact) -> None:
        """Add a policy that decides for one kind of clock from now on."""
        calendar = Calendar.objects.get(desk=self.cast.desk, name=contact.account.name)
        policy = Policy.objects.create(desk=self.cast.desk, name=f"{calendar.name} policy")
        policy.conditions.create(desk=self.cast.desk, kind="plan", plan=contact.account.plan)
        Target.objects.create(
            desk=self.cast.desk,
            policy=policy,
            calendar=calendar,
            clock=self.random.choice([kind for kind in ClockKind if kind.has_target]),
            **self.draw_amount(),
        )
        keep_version(policy_id=policy.pk, by=None, at=timezone.now())


def list_actions(
    cast: Cast, ticket: Ticket, at: datetime, random: Random
) -> list[Callable[[], Any]]:
    """Return what may happen to a ticket. What is not allowed in its state is refused."""
    by, agent, number = Actor.of(cast.analyst), cast.analyst, ticket.pk
    later = at + random.randrange(1, 90) * HOUR
    message = NewMessage("And now?", "email")
    then = random.choice(("waiting", "waiting", "", "investigating"))
    return [
        lambda: add_customer_message(ticket_id=number, contact=ticket.contact, new=message, at=at),
        lambda: reply(ticket_id=number, agent=agent, text="Try this.", at=at, then=then),
        lambda: reply(ticket_id=number, agent=agent, text="And this.", at=at, then=then),
        lambda: change_priority(
            ticket_id=number, priority=random.choice(list(cast.priorities.values())), by=by, at=at
        ),
        lambda: hold_ticket(ticket_id=number, by=by, until=later, why="Trip", at=at),
        lambda: end_hold(ticket_id=number, by=by, at=at),
        lambda: promise_update(ticket_id=number, by=by, due_at=later, at=at),
        lambda: withdraw_promise(ticket_id=number, by=by, at=at),
        lambda: mark_no_reply_needed(ticket_id=number, by=by, at=at),
        lambda: change_status(ticket_id=number, move="investigate", by=by, at=at),
        lambda: add_note(ticket_id=number, agent=agent, text="Hm.", at=at),
        lambda: close(ticket_id=number, by=by, at=at),
        lambda: reopen(ticket_id=number, by=by, at=at),
        lambda: mark_breached(desk_id=ticket.desk_id, at=at),
        lambda: warn_of_due(desk_id=ticket.desk_id, at=at),
    ]


def live(world: World, contact: Contact) -> Ticket:
    """Open a ticket and let things happen to it. Returns it as stored at the end."""
    random, cast = world.random, world.cast
    season = next(s for s in world.seasons.values() if s.calendar.zone == contact.account.name)
    cast.desk.refresh_from_db()
    at = season.start + 4 * DAY + timedelta(seconds=random.randrange(20 * 86400))
    at += timedelta(microseconds=random.randrange(1_000_000))
    ticket = cast.open_ticket(contact=contact, at=at)
    for _ in range(STEPS):
        at += timedelta(minutes=random.choice((1, 20, 300, 2000)), microseconds=7)
        if random.random() < 0.05:
            world.change_calendar(contact, (at + DAY).date())
        try:
            random.choice(list_actions(cast, ticket, at, random))()
        except ServiceError:
            continue
    return Ticket.objects.get(pk=ticket.pk)


def check_deadline(clock: Clock, seasons: Seasons) -> None:
    """Compare a clock's deadline with the other calculator, for calendars that it knows."""
    if clock.calendar_id is None or clock.calendar_version is None:
        assert clock.due_at == clock.started_at + timedelta(seconds=clock.target_seconds)
        return
    if ClockKind(clock.kind).is_of_level:
        return
    season = seasons[clock.calendar_id, clock.calendar_version]
    ended_at = clock.met_at or clock.stopped_at or season.end
    # One that is open, or that only the clock's end has ended, moved the deadline no further.
    pauses = [(p.start, p.end) for p in read_pauses(clock.pauses) if p.end and p.end < ended_at]
    amount = timedelta(seconds=clock.target_seconds)
    assert clock.due_at == season.find_deadline(clock.started_at, amount, pauses)


def check_explanations(ticket: Ticket, random: Random) -> set[Status]:
    """Check that the parts of each run add up, at its end and at a random instant."""
    seen = set()
    for clock in list_clocks(ticket):
        last = max(entry.at for entry in clock.entries.all())
        for at in (last + random.randrange(1, 500) * HOUR, clock.started_at + HOUR):
            runs = list_runs(clock, at)
            for index in range(len(runs)):
                explanation = explain_run(runs, index, at)
                assert explanation.used + explanation.left == explanation.total
                if explanation.due_at is not None:
                    counted = sum(step.seconds for step in explanation.steps)
                    assert counted == explanation.total
                seen.add(explanation.status)
    return seen


@pytest.mark.parametrize("seed", range(2))
def test_random_lives_replay_equal_and_are_due_as_the_wall_clock_says(
    in_rocket: Cast, seed: int
) -> None:
    random = Random(SEED + seed)
    world = World(in_rocket, random)
    tickets = []
    for zone, contact in world.contacts.items():
        for number in range(LIVES):
            if number == LIVES // 2 and zone < "C":
                world.add_policy(contact)
            tickets.append(live(world, contact))
    verdicts = list(verify_tickets(desk_id=in_rocket.desk.pk))
    assert [verdict for verdict in verdicts if verdict.differences] == []
    seen: set[Status] = set()
    for ticket in tickets:
        seen |= check_explanations(ticket, random)
    clocks = list(Clock.objects.all())
    for clock in clocks:
        check_deadline(clock, world.seasons)
    assert {clock.kind for clock in clocks} >= {*ClockKind} - {
        ClockKind.LEVEL_ANSWERED,
        ClockKind.LEVEL_RETURNED,
        ClockKind.LEVEL_SILENCE,
    }
    assert seen == set(Status)
    assert any(len(clock.pauses) > 1 for clock in clocks)
