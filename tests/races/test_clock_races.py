"""Clocks with several schedulers, and with changes that cross a sweep: everything exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.tenancy import desk_scope
from sla.models import Clock, ClockEntry, ClockKind
from sla.sweeps import mark_breached, warn_of_due
from tests.cast import NOON, Cast
from tests.clocks import add_targets, get_clock
from tests.races.threads import at_once
from tickets.actors import Actor
from tickets.models import Ticket, TicketEvent
from tickets.services import NewMessage, add_customer_message, promise_update, reply

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
SCHEDULERS, TICKETS = 3, 12
NEXT = ClockKind.NEXT_RESPONSE


class KilledError(Exception):
    """The process ended before it committed."""


def fill(cast: Cast) -> list[int]:
    """Open tickets with two running clocks each: a promised update and the next response."""
    with desk_scope(cast.desk):
        cast.desk.warn_points = [50, 75, 90]
        cast.desk.save()
        add_targets(cast, NEXT, minutes=240)
        tickets = [cast.open_ticket() for _ in range(TICKETS)]
        for ticket in tickets:
            reply(ticket_id=ticket.pk, agent=cast.analyst, text="Hello", at=NOON)
            new = NewMessage("Still", "email")
            add_customer_message(ticket_id=ticket.pk, contact=cast.customer, new=new, at=NOON)
            by, due_at = Actor.of(cast.analyst), NOON + 4 * HOUR
            promise_update(ticket_id=ticket.pk, by=by, due_at=due_at, at=NOON)
    return [ticket.pk for ticket in tickets]


def count_events(kind: str) -> int:
    return TicketEvent.objects.filter(kind=kind).count()


def test_three_schedulers_warn_and_breach_each_clock_once(rocket: Cast) -> None:
    fill(rocket)
    desk_id = rocket.desk.pk
    for hours in (2, 3, 3.6):
        at = NOON + hours * HOUR
        jobs = [lambda at=at: warn_of_due(desk_id=desk_id, at=at)] * SCHEDULERS
        assert sum(at_once(rocket, *jobs)) == 2 * TICKETS
    late = NOON + 5 * HOUR
    jobs = [lambda: mark_breached(desk_id=desk_id, at=late)] * SCHEDULERS
    assert sum(at_once(rocket, *jobs)) == 2 * TICKETS
    with desk_scope(rocket.desk):
        assert count_events("sla.warned") == 3 * 2 * TICKETS
        assert count_events("sla.breached") == 2 * TICKETS
        assert ClockEntry.objects.filter(kind="breached").count() == 2 * TICKETS


def test_after_an_outage_three_schedulers_warn_once_of_the_highest_point(rocket: Cast) -> None:
    fill(rocket)
    at = NOON + 3.7 * HOUR
    jobs = [lambda: warn_of_due(desk_id=rocket.desk.pk, at=at)] * SCHEDULERS
    assert sum(at_once(rocket, *jobs)) == 2 * TICKETS
    with desk_scope(rocket.desk):
        warned = TicketEvent.objects.filter(kind="sla.warned")
        assert {event.data["point"] for event in warned} == {90}
        assert Clock.objects.filter(warned=3).count() == 2 * TICKETS


def test_a_scheduler_that_was_killed_leaves_its_clocks_to_the_next(rocket: Cast) -> None:
    fill(rocket)
    late = NOON + 5 * HOUR

    def mark_and_die() -> None:
        with transaction.atomic():
            assert mark_breached(desk_id=rocket.desk.pk, at=late) == 2 * TICKETS
            raise KilledError

    with desk_scope(rocket.desk):
        with pytest.raises(KilledError):
            mark_and_die()
        assert count_events("sla.breached") == 0
        assert mark_breached(desk_id=rocket.desk.pk, at=late) == 2 * TICKETS
        assert mark_breached(desk_id=rocket.desk.pk, at=late) == 0
        assert count_events("sla.breached") == 2 * TICKETS


def test_a_reply_that_crosses_a_sweep_meets_the_clock_breached_or_not(rocket: Cast) -> None:
    late = NOON + 5 * HOUR
    for pk in fill(rocket):
        at_once(
            rocket,
            lambda pk=pk: reply(ticket_id=pk, agent=rocket.analyst, text="Sorry", at=late),
            lambda: mark_breached(desk_id=rocket.desk.pk, at=late),
        )
        with desk_scope(rocket.desk):
            clock = get_clock(pk, NEXT)
            assert clock.met_at == late
            kinds = list(clock.entries.order_by("pk").values_list("kind", flat=True))
            assert kinds.count("met") == 1
            assert kinds.count("breached") == (clock.breached_at is not None)
            met = TicketEvent.objects.get(ticket=pk, kind="sla.met", data__clock=NEXT)
            assert met.data["in_time"] is False
            assert Ticket.objects.get(pk=pk).due_kind == ""


def test_the_deadlines_are_those_of_running_clocks_only(rocket: Cast) -> None:
    """Whatever crossed, no clock that ended or pauses is left among the deadlines."""
    ids = fill(rocket)
    late = NOON + 3 * HOUR
    at_once(
        rocket,
        *[
            lambda pk=pk: reply(ticket_id=pk, agent=rocket.analyst, text="Here", at=late)
            for pk in ids[:4]
        ],
        lambda: warn_of_due(desk_id=rocket.desk.pk, at=late),
    )
    with desk_scope(rocket.desk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM sla_deadline d JOIN sla_clock c ON c.id = d.clock_id"
            " WHERE c.met_at IS NOT NULL OR c.stopped_at IS NOT NULL OR c.paused_at IS NOT NULL"
        )
        assert cursor.fetchone() == (0,)
