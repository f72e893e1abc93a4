"""A calendar's year as twelve small months, each a table that can be read aloud.

A day says by its class and, for more than color, by a mark how it differs from other weeks.
"""

from __future__ import annotations

import calendar as months
from datetime import date

from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.places.local_times import MINUTES_IN_DAY, format_clock
from sla.working_hours import Window, WorkingHours


def draw_years(hours: WorkingHours, today: date) -> SafeString:
    """Return this year, and the next one folded away."""
    return format_html(
        "{}{}",
        _draw_details(hours, today.year, today, is_open=True),
        _draw_details(hours, today.year + 1, today, is_open=False),
    )


def _draw_details(hours: WorkingHours, year: int, today: date, *, is_open: bool) -> SafeString:
    return format_html(
        '<details class="year-details"{}><summary>{}</summary>{}{}</details>',
        mark_safe(" open") if is_open else "",
        year,
        draw_year(hours, year, today),
        _draw_special_days(hours, year),
    )


def draw_year(hours: WorkingHours, year: int, today: date) -> SafeString:
    """Return the months of a year, with a legend."""
    return format_html(
        '<div class="year-picture">{}</div><p class="year-legend">{}</p>',
        format_html_join("", "{}", ((_draw_month(hours, year, m, today),) for m in MONTHS)),
        format_html_join(
            "",
            '<span class="year-key {}">{}</span> ',
            [
                ("year-open", _("Open")),
                ("year-shorter", _("Other hours")),
                ("year-holiday", _("Holiday")),
                ("year-exception", _("Closed by an exception")),
                ("year-closed", _("Closed")),
            ],
        ),
    )


def _draw_month(hours: WorkingHours, year: int, month: int, today: date) -> SafeString:
    weeks = months.Calendar().monthdatescalendar(year, month)
    return format_html(
        "<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        MONTHS[month],
        format_html_join(
            "",
            '<th scope="col"><abbr title="{}">{}</abbr></th>',
            ((WEEKDAYS[day], str(WEEKDAYS_ABBR[day])[:2]) for day in range(7)),
        ),
        format_html_join(
            "",
            "<tr>{}</tr>",
            (
                (format_html_join("", "{}", ((_draw_day(hours, d, month, today),) for d in week)),)
                for week in weeks
            ),
        ),
    )


def _draw_day(hours: WorkingHours, day: date, month: int, today: date) -> SafeString:
    if day.month != month:
        return mark_safe("<td></td>")
    return format_html(
        '<td class="{}" title="{}"{}>{}</td>',
        classify_day(hours, day),
        describe_day(hours, day),
        mark_safe(' aria-current="date"') if day == today else "",
        day.day,
    )


def classify_day(hours: WorkingHours, day: date) -> str:
    """Return the class of a day: how it differs from its weekday."""
    if hours.is_exception(day):
        return "year-shorter" if hours.windows_on(day) else "year-exception"
    if hours.is_holiday(day):
        return "year-holiday"
    return "year-open" if hours.windows_on(day) else "year-closed"


def describe_day(hours: WorkingHours, day: date) -> str:
    """Return a day in words: its date, its name and its hours."""
    times = ", ".join(_format_window(window) for window in hours.windows_on(day))
    return " · ".join(filter(None, [date_format(day), hours.name_of(day), times or _("Closed")]))


def _format_window(window: Window) -> str:
    closes = window.end_minute
    if closes > MINUTES_IN_DAY:
        closes -= MINUTES_IN_DAY
    return f"{format_clock(window.start_minute)}–{format_clock(closes)}"


def _draw_special_days(hours: WorkingHours, year: int) -> SafeString:
    """Return the year's holidays and exceptions as a list, for reading and for screen readers."""
    days = sorted(day for day in {*hours.holidays, *dict(hours.exceptions)} if day.year == year)
    if not days:
        return format_html("<p>{}</p>", _("No holidays or exceptions."))
    return format_html(
        '<ul class="year-days">{}</ul>',
        format_html_join("", "<li>{}</li>", ((describe_day(hours, day),) for day in days)),
    )
