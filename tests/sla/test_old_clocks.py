"""Clocks from before runs were counted: equal when replayed, once the migration has counted."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

from django.db import connection

from accounts.tenancy import desk_scope, system_scope
from sla.explaining.verification import verify_tickets
from sla.models import Clock, ClockEntry
from tests.cast import NOON, Cast
from tests.clocks import get_clock
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import close, reopen

HOUR = timedelta(hours=1)
migration = import_module("sla.migrations.0016_runs_of_old_clocks")


def enter_old(clock: Clock, kind: str, at: Any, **data: Any) -> None:
    ClockEntry.objects.create(desk_id=clock.desk_id, clock=clock, kind=kind, at=at, data=data)


def make_old_clock(cast: Cast, ticket: Ticket) -> Clock:
    """Replace a ticket's clock by one that the last release would have left."""
    fresh = get_clock(ticket)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=fresh.due_at)
    with system_scope("test"):
        Clock.objects.filter(pk=fresh.pk).update(kind="update", stopped_at=NOON)
    fresh.pk, fresh.kind = None, "first_response"
    fresh.save(force_insert=True)
    return fresh


def start_old(cast: Cast, clock: Clock, at: Any) -> None:
    facts = {
        "started_at": clock.started_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "minutes": 480,
        "calendar": cast.calendar.name,
        "version": cast.calendar.version,
    }
    enter_old(clock, "started", at, **facts)


def migrate() -> None:
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute(migration.COUNT_RUNS)
        cursor.execute(migration.END_ONCE)


def list_differing(cast: Cast) -> list[Any]:
    verdicts = verify_tickets(desk_id=cast.desk.pk)
    return [one for one in verdicts if one.kind == "first_response" and one.differences]


def test_a_clock_that_started_twice_is_in_its_second_run(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        clock = make_old_clock(rocket, rocket.open_ticket())
        start_old(rocket, clock, NOON)
        enter_old(clock, "stopped", NOON + HOUR, reason="solved")
        start_old(rocket, clock, NOON + 2 * HOUR)
        assert len(list_differing(rocket)) == 1
    migrate()
    with desk_scope(rocket.desk):
        assert Clock.objects.get(pk=clock.pk).run == 2
        assert list_differing(rocket) == []


def test_a_clock_that_was_met_after_it_stopped_has_one_end(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        clock = make_old_clock(rocket, rocket.open_ticket())
        start_old(rocket, clock, NOON)
        enter_old(clock, "stopped", NOON + HOUR, reason="solved")
        enter_old(clock, "met", NOON + 2 * HOUR)
        ends = {"stopped_at": NOON + HOUR, "met_at": NOON + 2 * HOUR}
        Clock.objects.filter(pk=clock.pk).update(**ends)
        assert len(list_differing(rocket)) == 1
    migrate()
    with desk_scope(rocket.desk):
        assert list_differing(rocket) == []


def test_clocks_of_today_stay_as_they_are(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket, by = rocket.open_ticket(), Actor.of(rocket.analyst)
        close(ticket_id=ticket.pk, by=by, at=NOON + HOUR)
        reopen(ticket_id=ticket.pk, by=by, at=NOON + 2 * HOUR)
        before = list(Clock.objects.order_by("pk").values())
        assert before[0]["run"] == 2
    migrate()
    with desk_scope(rocket.desk):
        assert list(Clock.objects.order_by("pk").values()) == before
        assert list_differing(rocket) == []
