"""The target of a ticket, and the clock's entries: enough to compute each deadline again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Account, Contact, Plan
from sla.calendar import add_working_time
from sla.hours import save_version
from sla.models import (
    Calendar,
    CalendarWindow,
    Clock,
    ClockEntry,
    ClockKind,
    EntryKind,
    Holiday,
    Target,
)
from sla.services import find_ticket_targets, get_working_hours
from sla.sweeps import mark_breached, warn_of_due
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import NO_DEADLINE, CloseReason, Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    change_priority,
    close,
    reopen,
    reply,
)

HOUR = timedelta(hours=1)


def read(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("account__plan", "priority").get(pk=ticket.pk)


def find_target(ticket: Ticket) -> Target | None:
    """Return the target of the first response, or None if nothing is promised."""
    found = find_ticket_targets(ticket).get(ClockKind.FIRST_RESPONSE)
    return found.target if found else None


def list_entries(ticket: Ticket) -> list[ClockEntry]:
    return list(ClockEntry.objects.filter(clock__ticket=ticket).order_by("pk"))


def add_target(cast: Cast, minutes: int, **fields: object) -> Target:
    given: dict = {
        "desk": cast.desk,
        "plan": cast.plan,
        "priority": cast.default_priority,
        "calendar": cast.calendar,
    }
    return Target.objects.create(**given | fields, amount=minutes)


def test_a_target_is_that_of_plan_and_priority(in_rocket: Cast) -> None:
    target = find_target(read(in_rocket.open_ticket()))
    assert target is not None
    assert (target.plan, target.priority, target.account_status) == (
        in_rocket.plan,
        in_rocket.default_priority,
        "",
    )


def test_a_target_of_another_status_does_not_apply(in_rocket: Cast) -> None:
    add_target(in_rocket, 60, account_status="trial")
    target = find_target(read(in_rocket.open_ticket()))
    assert target is not None
    assert target.amount == 480


def test_a_target_of_the_status_alone_applies_to_that_status_only(in_rocket: Cast) -> None:
    Target.objects.all().delete()
    add_target(in_rocket, 60, account_status="trial")
    assert find_target(read(in_rocket.open_ticket())) is None
    Account.objects.filter(pk=in_rocket.account.pk).update(status="trial")
    target = find_target(read(in_rocket.open_ticket()))
    assert target is not None
    assert target.amount == 60


@pytest.mark.parametrize("case", ["no account", "no plan", "unverified", "other plan"])
def test_nothing_is_promised(in_rocket: Cast, case: str) -> None:
    ticket = read(in_rocket.open_ticket())
    assert ticket.account is not None
    if case == "no account":
        ticket.account = None
    elif case == "no plan":
        ticket.account.plan = None
    elif case == "unverified":
        ticket.is_unverified = True
    else:
        ticket.account.plan = Plan.objects.create(desk=in_rocket.desk, name="Empty")
    assert find_target(ticket) is None


def test_the_first_entry_is_enough_to_compute_the_deadline_again(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    (entry,) = list_entries(ticket)
    facts = entry.data
    assert (entry.kind, entry.at, facts["plan"], facts["priority"], facts["calendar_name"]) == (
        EntryKind.STARTED,
        NOON,
        "Standard",
        "Medium",
        "12x5",
    )
    start, amount = datetime.fromisoformat(facts["started_at"]), timedelta(seconds=facts["seconds"])
    hours = get_working_hours(in_rocket.calendar)
    due = add_working_time(hours, start, amount)
    assert due.isoformat() == facts["due_at"]
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.due_at, clock.warn_at) == (due, add_working_time(hours, start, amount * 0.75))
    event = ticket.events.get(kind=EventKind.SLA_STARTED).data
    assert (event["clock"], event["due_at"]) == ("first_response", facts["due_at"])
    assert (event["plan"], event["calendar"]) == ("Standard", "12x5")
    assert Ticket.objects.get(pk=ticket.pk).due_at == due


def test_a_change_of_priority_keeps_the_start_and_names_both_deadlines(in_rocket: Cast) -> None:
    high = in_rocket.priorities["High"]
    Target.objects.filter(priority=high).update(amount=120)
    ticket = in_rocket.open_ticket()
    warn_of_due(desk_id=in_rocket.desk.pk, at=NOON + 6 * HOUR)
    by = Actor.of(in_rocket.analyst)
    change_priority(ticket_id=ticket.pk, priority=high, by=by, at=NOON + 7 * HOUR)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.started_at, clock.due_at, clock.warned) == (NOON, NOON + 2 * HOUR, 0)
    event = ticket.events.get(kind=EventKind.SLA_REPLANNED)
    assert event.data["was_due_at"] == (NOON + 8 * HOUR).isoformat()
    assert event.data["due_at"] == (NOON + 2 * HOUR).isoformat()
    assert Ticket.objects.get(pk=ticket.pk).due_at == NOON + 2 * HOUR
    assert [entry.kind for entry in list_entries(ticket)] == ["started", "warned", "replanned"]


def test_a_breached_clock_stays_breached(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    late = NOON + 9 * HOUR
    mark_breached(desk_id=in_rocket.desk.pk, at=late)
    change_priority(
        ticket_id=ticket.pk, priority=in_rocket.priorities["High"], by=by, at=late + HOUR
    )
    close(ticket_id=ticket.pk, by=by, at=late + 2 * HOUR)
    reopen(ticket_id=ticket.pk, by=by, at=late + 3 * HOUR)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.breached_at, clock.stopped_at, clock.due_at) == (late, None, NOON + 8 * HOUR)
    assert Ticket.objects.get(pk=ticket.pk).due_at == clock.due_at


def test_closing_stops_the_clock_with_the_reason(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    close(ticket_id=ticket.pk, by=by, at=NOON + HOUR, reason=CloseReason.SPAM)
    entry = list_entries(ticket)[-1]
    assert (entry.kind, entry.at, entry.data["reason"]) == ("stopped", NOON + HOUR, "spam")
    assert Ticket.objects.get(pk=ticket.pk).due_at == NO_DEADLINE
    assert mark_breached(desk_id=in_rocket.desk.pk, at=NOON + 9 * HOUR) == 0


def test_a_met_clock_never_starts_again(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON, then="closed")
    reopen(ticket_id=ticket.pk, by=by, at=NOON + HOUR)
    new = NewMessage("Still", "email")
    add_customer_message(
        ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=NOON + 2 * HOUR
    )
    assert [entry.kind for entry in list_entries(ticket)] == ["started", "met"]
    assert Ticket.objects.get(pk=ticket.pk).due_at == NO_DEADLINE


def test_a_reply_at_the_deadline_is_in_time(in_rocket: Cast) -> None:
    for late in (timedelta(), timedelta.resolution):
        ticket = in_rocket.open_ticket()
        at = NOON + 8 * HOUR + late
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=at)
        met = ticket.events.get(kind=EventKind.SLA_MET)
        assert met.data["due_at"] == (NOON + 8 * HOUR).isoformat()
        assert met.data["in_time"] is (not late)


def test_a_customers_message_on_an_open_ticket_leaves_the_clock(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    add_customer_message(
        ticket_id=ticket.pk,
        contact=in_rocket.customer,
        new=NewMessage("More", "email"),
        at=NOON + HOUR,
    )
    assert [entry.kind for entry in list_entries(ticket)] == ["started"]


def test_another_plan_of_the_contact_is_no_plan_of_the_ticket(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    Contact.objects.filter(pk=in_rocket.customer.pk).update(account=None)
    assert find_target(read(ticket)) is not None


def test_hours_are_cached_until_the_version_changes(in_rocket: Cast) -> None:
    calendar = in_rocket.calendar
    before = get_working_hours(calendar)
    Holiday.objects.create(desk=in_rocket.desk, calendar=calendar, date=NOON.date())
    assert get_working_hours(calendar) is before
    save_version(calendar)
    after = get_working_hours(calendar)
    assert (calendar.version, after.holidays) == (2, {NOON.date()})


def test_a_24x7_calendar_has_no_windows_of_its_own(in_rocket: Cast) -> None:
    always = Calendar.objects.create(
        desk=in_rocket.desk, name="24x7", time_zone="UTC", is_always_open=True
    )
    hours = always.working_hours()
    assert len(hours.windows) == 7
    assert add_working_time(hours, NOON, timedelta(days=3)) == NOON + timedelta(days=3)


def test_rows_are_named_for_the_admin_site(in_rocket: Cast) -> None:
    window = CalendarWindow.objects.filter(calendar=in_rocket.calendar).first()
    assert str(window) == "Monday 08:00-20:00"
    holiday = Holiday(date=NOON.date(), name="Founders' day")
    assert str(holiday) == "Wed, Nov 18, 2026 Founders' day"
    assert str(Holiday(date=NOON.date())) == "Wed, Nov 18, 2026"
