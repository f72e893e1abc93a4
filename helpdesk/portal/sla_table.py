"""The support plans with what they promise, as a table (M37, M69)."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import AccountStatus, Desk, Plan
from sla.durations import format_duration
from sla.models import Calendar, CalendarWindow, Target
from tickets.models import Priority

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Cell:
    """One promise: its amount, its hours' name, and for which accounts it holds ("" for all)."""

    priority: str
    rank: int
    amount: str
    hours: str
    status: str


@dataclass(frozen=True, slots=True)
class Row:
    """A plan and its promises, one list for each priority, in the order of the ranks."""

    plan: Plan
    columns: list[tuple[Priority, list[Cell]]]


@dataclass(frozen=True, slots=True)
class Hours:
    """A calendar in words."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SlaTable:
    rows: list[Row]
    retired: list[Row]
    hours: list[Hours]
    priorities: list[Priority]


def get_sla_table(desk: Desk) -> SlaTable:
    """All plans of a desk with their first-response targets. Five queries."""
    plans = list(Plan.objects.filter(desk=desk))
    priorities = list(Priority.objects.filter(desk=desk))
    targets = list(
        Target.objects.filter(desk=desk)
        .select_related("plan", "priority", "calendar")
        .order_by("priority__rank", "account_status")
    )
    rows = [_make_row(plan, priorities, targets) for plan in plans]
    used = {target.calendar_id for target in targets}
    calendars = Calendar.objects.filter(desk=desk, pk__in=used).prefetch_related("windows")
    return SlaTable(
        rows=[row for row in rows if not row.plan.is_retired],
        retired=[row for row in rows if row.plan.is_retired],
        hours=[Hours(calendar.name, describe_hours(calendar)) for calendar in calendars],
        priorities=priorities,
    )


def _make_row(plan: Plan, priorities: list[Priority], targets: list[Target]) -> Row:
    mine = [target for target in targets if target.plan_id == plan.pk]
    return Row(
        plan,
        [
            (p, [_make_cell(target) for target in mine if target.priority_id == p.pk])
            for p in priorities
        ],
    )


def _make_cell(target: Target) -> Cell:
    status = str(AccountStatus(target.account_status).label) if target.account_status else ""
    priority = target.priority
    return Cell(
        priority.name, priority.rank, format_duration(target.minutes), target.calendar.name, status
    )


def describe_hours(calendar: Calendar) -> str:
    """Such as "Mon-Fri 08:00-20:00, America/Sao_Paulo"; days with the same hours stand together."""
    if calendar.is_always_open:
        return "around the clock, every day"
    by_day: dict[int, list[CalendarWindow]] = {}
    for window in calendar.windows.all():
        by_day.setdefault(window.weekday, []).append(window)
    spans: list[tuple[int, int, str]] = []
    for day in sorted(by_day):
        text = " and ".join(_describe_window(window) for window in by_day[day])
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == text:
            spans[-1] = (spans[-1][0], day, text)
        else:
            spans.append((day, day, text))
    return (
        "; ".join(f"{_describe_days(a, b)} {text}" for a, b, text in spans)
        + f", {calendar.time_zone}"
    )


def _describe_days(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"{DAYS[first]}–{DAYS[last]}"


def _describe_window(window: CalendarWindow) -> str:
    start, end = window.start_minute, window.end_minute
    return f"{start // 60:02}:{start % 60:02}–{end // 60:02}:{end % 60:02}"
