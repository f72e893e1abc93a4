"""Support plans and their first-response targets, as a public table (M37, M69)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Prefetch
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import AccountStatus, Desk, Plan
from sla.models import Calendar, CalendarWindow, ClockKind, Holiday, Target
from tickets.models import Priority

SHOWN_HOLIDAYS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class TargetCell:
    """One target. status: the kind of accounts it applies to, "" for all."""

    amount: str
    hours: str
    status: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its targets per priority, in the order of ranks, and with what it includes.

    contacts: how many points of contact an account can have. is_own: the reader's plan.
    """

    plan: Plan
    columns: list[tuple[Priority, list[TargetCell]]]
    channels: tuple[str, ...]
    products: tuple[str, ...]
    contacts: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """A date on which a calendar is closed. name: "" if it has none."""

    date: str
    name: str


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """A calendar in words. holidays: those of the next twelve months."""

    name: str
    text: str
    holidays: tuple[HolidayLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SlaTable:
    """Current and legacy plans of a desk, with the calendars and priorities they name."""

    rows: list[PlanRow]
    legacy_rows: list[PlanRow]
    hours: list[BusinessHours]
    priorities: list[Priority]


def get_sla_table(desk: Desk, *, today: date, own: Plan | None = None) -> SlaTable:
    """Return all plans of a desk with their first-response targets. Takes seven queries.

    today: holidays before it are left out. own: the reader's plan.
    """
    plans = list(Plan.objects.filter(desk=desk).prefetch_related("products"))
    priorities = list(Priority.objects.offered(desk=desk))
    targets = list(
        Target.objects.filter(
            desk=desk, clock=ClockKind.FIRST_RESPONSE, policy=None, calendar__isnull=False
        )
        .select_related("plan", "priority", "calendar")
        .order_by("priority__rank", "account_status")
    )
    rows = [_make_row(plan, priorities, targets, is_own=plan == own) for plan in plans]
    used = {target.required_calendar.pk for target in targets}
    span = (today, today + SHOWN_HOLIDAYS)
    coming = Holiday.objects.filter(date__range=span, is_active=True)
    calendars = Calendar.objects.filter(desk=desk, pk__in=used).prefetch_related(
        "windows", Prefetch("holidays", coming)
    )
    return SlaTable(
        rows=[row for row in rows if not row.plan.is_retired],
        legacy_rows=[row for row in rows if row.plan.is_retired],
        hours=[_describe_calendar(calendar) for calendar in calendars],
        priorities=priorities,
    )


def _describe_calendar(calendar: Calendar) -> BusinessHours:
    form = pgettext("date format", "D, M j, Y")
    holidays = tuple(
        HolidayLine(date_format(holiday.date, form), holiday.name)
        for holiday in calendar.holidays.all()
    )
    return BusinessHours(calendar.name, describe_hours(calendar), holidays)


def _make_row(
    plan: Plan, priorities: list[Priority], targets: list[Target], *, is_own: bool
) -> PlanRow:
    own = [target for target in targets if target.plan_id == plan.pk]
    return PlanRow(
        plan,
        [
            (p, [_make_cell(target) for target in own if target.priority_id == p.pk])
            for p in priorities
        ],
        channels=_list_channels(plan),
        products=tuple(product.name for product in plan.products.all()),
        contacts=_describe_contacts(plan.points_of_contact),
        is_own=is_own,
    )


def _list_channels(plan: Plan) -> tuple[str, ...]:
    known = (
        (plan.allows_portal, _("Portal")),
        (plan.allows_mail, _("Email")),
        (plan.allows_hotline, _("Hotline")),
    )
    return tuple(name for is_included, name in known if is_included)


def _describe_contacts(limit: int | None) -> str:
    if limit is None:
        return _("Any number of points of contact")
    return ngettext("%(count)s point of contact", "%(count)s points of contact", limit) % {
        "count": limit
    }


def _make_cell(target: Target) -> TargetCell:
    status = str(AccountStatus(target.account_status).label) if target.account_status else ""
    return TargetCell(target.describe(), target.required_calendar.name, status)


def describe_hours(calendar: Calendar) -> str:
    """Return opening hours such as "Mon–Fri 8:00 AM–8:00 PM (America/Sao_Paulo)".

    Consecutive days with the same hours are grouped.
    """
    if calendar.is_always_open:
        return _("24 hours a day, 7 days a week")
    by_day: dict[int, list[CalendarWindow]] = {}
    for window in calendar.windows.all():
        by_day.setdefault(window.weekday, []).append(window)
    spans: list[tuple[int, int, str]] = []
    for day in sorted(by_day):
        text = ", ".join(_describe_window(window) for window in by_day[day])
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == text:
            spans[-1] = (spans[-1][0], day, text)
        else:
            spans.append((day, day, text))
    hours = "; ".join(f"{_describe_days(first, last)} {text}" for first, last, text in spans)
    return f"{hours} ({calendar.time_zone})"


def _describe_days(first: int, last: int) -> str:
    start, end = WEEKDAYS_ABBR[first], WEEKDAYS_ABBR[last]
    return str(start) if first == last else f"{start}–{end}"


def _describe_window(window: CalendarWindow) -> str:
    return f"{_describe_minute(window.start_minute)}–{_describe_minute(window.end_minute)}"


def _describe_minute(minute: int) -> str:
    """A minute of the day as a time; the end of the day is midnight."""
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    return date_format(at, pgettext("date format", "g:i A"))
