"""The first-response clock: its target and deadline; warned once, breached once, met by agents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from accounts.tenancy import desk_scope
from sla.hours import save_version
from sla.models import Calendar, CalendarWindow, Clock, ClockEntry, Target
from sla.sweeps import mark_breached, warn_of_due
from sla.tasks import mark_breached_clocks, warn_of_due_clocks
from tests.cast import NOON, Cast
from tests.clocks import get_clock
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Notification, TicketEvent
from tickets.services import NewMessage, add_customer_message, change_priority, close, reopen, reply

HOUR = timedelta(hours=1)


def test_the_deadline_counts_only_business_hours(in_rocket: Cast) -> None:
    # Friday 18:00 in Sao Paulo: two hours are left, six more on Monday from 08:00 (UTC-3).
    friday = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    clock = get_clock(in_rocket.open_ticket(at=friday))
    assert clock.due_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_no_plan_or_an_unverified_sender_means_no_clock(in_rocket: Cast) -> None:
    without_plan = in_rocket.open_ticket(contact=in_rocket.stranger)
    unverified = in_rocket.open_ticket(is_unverified=True)
    assert not Clock.objects.filter(ticket__in=[without_plan, unverified]).exists()


def test_a_target_for_the_accounts_status_comes_before_the_general_one(in_rocket: Cast) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(status="trial")
    in_rocket.customer.refresh_from_db()
    Target.objects.create(
        desk=in_rocket.desk,
        plan=in_rocket.plan,
        priority=in_rocket.default_priority,
        account_status="trial",
        amount=60,
        calendar=in_rocket.calendar,
    )
    assert get_clock(in_rocket.open_ticket()).due_at == NOON + HOUR


def test_a_changed_calendar_applies_to_the_next_ticket_and_its_version(
    in_rocket: Cast,
) -> None:
    before = get_clock(in_rocket.open_ticket())
    CalendarWindow.objects.filter(calendar=in_rocket.calendar).update(end_minute=900)
    save_version(in_rocket.calendar)
    after = get_clock(in_rocket.open_ticket())
    assert (before.calendar_version, after.calendar_version) == (1, 2)
    # Wednesday 10:00 to 15:00 are five hours, three more on Thursday from 08:00.
    assert after.due_at == datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
    assert Clock.objects.get(pk=before.pk).due_at == NOON + 8 * HOUR


def test_a_calendar_that_never_opens_blocks_no_ticket(in_rocket: Cast) -> None:
    empty = Calendar.objects.create(desk=in_rocket.desk, name="Never", time_zone="UTC")
    Target.objects.update(calendar=empty)
    ticket = in_rocket.open_ticket()
    assert not Clock.objects.filter(ticket=ticket).exists()


def test_another_priority_plans_the_clock_again_from_its_start(in_rocket: Cast) -> None:
    high = in_rocket.priorities["High"]
    Target.objects.filter(priority=high).update(amount=60)
    ticket = in_rocket.open_ticket()
    change_priority(
        ticket_id=ticket.pk, priority=high, by=Actor.of(in_rocket.analyst), at=NOON + HOUR / 2
    )
    assert Clock.objects.get(ticket=ticket).due_at == NOON + HOUR
    assert ticket.events.filter(kind=EventKind.SLA_REPLANNED).count() == 1


def test_a_clock_warns_once_and_breaches_once(in_rocket: Cast) -> None:
    ticket, desk_id = in_rocket.open_ticket(), in_rocket.desk.pk
    assert warn_of_due(desk_id=desk_id, at=NOON + 5 * HOUR) == 0
    assert [warn_of_due(desk_id=desk_id, at=NOON + 6 * HOUR) for _ in range(2)] == [1, 0]
    assert mark_breached(desk_id=desk_id, at=NOON + 8 * HOUR - timedelta(seconds=1)) == 0
    assert [mark_breached(desk_id=desk_id, at=NOON + 8 * HOUR) for _ in range(2)] == [1, 0]
    assert list(ClockEntry.objects.values_list("kind", flat=True)) == [
        "started",
        "warned",
        "breached",
    ]
    assert ticket.events.filter(kind=EventKind.SLA_BREACHED).count() == 1


def test_a_batch_is_marked_in_three_statements_however_many_are_due(in_rocket: Cast) -> None:
    for _ in range(3):
        in_rocket.open_ticket()
    for sweep, later in ((warn_of_due, 6 * HOUR), (mark_breached, 8 * HOUR)):
        with CaptureQueriesContext(connection) as asked:
            assert sweep(desk_id=in_rocket.desk.pk, at=NOON + later) == 3
        assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) == 3
    breached = TicketEvent.objects.filter(kind=EventKind.SLA_BREACHED)
    assert {event.data["due_at"] for event in breached} == {(NOON + 8 * HOUR).isoformat()}
    assert {entry.data["due_at"] for entry in ClockEntry.objects.filter(kind="breached")} == {
        (NOON + 8 * HOUR).isoformat()
    }


def test_a_late_reply_meets_the_clock_and_records_that_it_was_late(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    mark_breached(desk_id=in_rocket.desk.pk, at=NOON + 9 * HOUR)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Sorry", at=NOON + 10 * HOUR)
    met = ticket.events.get(kind=EventKind.SLA_MET)
    assert met.data["in_time"] is False
    assert Clock.objects.get(ticket=ticket).met_at == NOON + 10 * HOUR


def test_a_second_reply_does_not_change_the_time_of_the_first(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    for hours in (1, 2):
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON + hours * HOUR)
    assert Clock.objects.get(ticket=ticket).met_at == NOON + HOUR


def test_a_target_added_after_the_close_counts_from_the_reopening(in_rocket: Cast) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(plan=None)
    in_rocket.customer.refresh_from_db()
    by = Actor.of(in_rocket.analyst)
    reopened, answered = in_rocket.open_ticket(), in_rocket.open_ticket()
    for ticket in (reopened, answered):
        close(ticket_id=ticket.pk, by=by, at=NOON)
    Account.objects.filter(pk=in_rocket.account.pk).update(plan=in_rocket.plan)
    reopen(ticket_id=reopened.pk, by=by, at=NOON + HOUR)
    new = NewMessage("Still broken", "email")
    add_customer_message(ticket_id=answered.pk, contact=in_rocket.customer, new=new, at=NOON + HOUR)
    for ticket in (reopened, answered):
        ticket.refresh_from_db()
        assert (get_clock(ticket).started_at, ticket.due_at) == (NOON + HOUR, NOON + 9 * HOUR)


def test_a_ticket_answered_without_a_target_gets_no_clock_when_reopened(
    in_rocket: Cast,
) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(plan=None)
    in_rocket.customer.refresh_from_db()
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON, then="closed")
    Account.objects.filter(pk=in_rocket.account.pk).update(plan=in_rocket.plan)
    reopen(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON + HOUR)
    assert not Clock.objects.filter(ticket=ticket).exists()


def test_the_sweep_finds_due_clocks_of_all_desks(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            cast.open_ticket(at=NOON - timedelta(days=30))
    assert warn_of_due_clocks() == 2
    assert mark_breached_clocks() == 2
    assert mark_breached_clocks() == 0
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            breach = TicketEvent.objects.get(kind=EventKind.SLA_BREACHED)
            assert breach.ticket.desk == cast.desk
            assert not Notification.objects.exists()  # created after the commit, by the delivery
            assert breach.deliveries.filter(follower="notifications").count() == 1
