"""A calendar's week as an SVG picture, a bar per weekday, without style attributes (strict CSP)."""

from __future__ import annotations

from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.places.local_times import MINUTES_IN_DAY, format_clock
from sla.working_hours import Window, WorkingHours

LEFT, WIDTH, ROW, TOP = 44, 576, 26, 22
OPEN_BAR = (
    '<rect class="week-open" x="{}" y="{}" width="{}" height="14" rx="3"><title>{}</title></rect>'
)


def draw_week(hours: WorkingHours) -> SafeString:
    """Return the opening hours of each weekday on a scale of 24 hours.

    A window across midnight is on both days.
    """
    bars = split_by_day(hours)
    return format_html(
        '<svg class="week-picture" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        LEFT + WIDTH + 12,
        TOP + ROW * 7,
        describe_week(bars),
        _draw_hours(),
        _draw_weekdays(),
        format_html_join("", OPEN_BAR, (_place_bar(*bar) for bar in bars)),
    )


def _draw_hours() -> SafeString:
    return format_html_join(
        "",
        '<line class="week-line" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<text class="week-hour" x="{0}" y="12" text-anchor="middle">{3}</text>',
        ((LEFT + WIDTH * h // 24, TOP - 6, TOP + ROW * 7, h) for h in range(0, 25, 3)),
    )


def _draw_weekdays() -> SafeString:
    return format_html_join(
        "",
        '<text class="week-day" x="0" y="{}">{}</text>'
        '<rect class="week-closed" x="{}" y="{}" width="{}" height="14" rx="3"/>',
        (
            (TOP + ROW * day + 15, name, LEFT, TOP + ROW * day + 4, WIDTH)
            for day, name in WEEKDAYS_ABBR.items()
        ),
    )


def _place_bar(day: int, start: int, end: int) -> tuple[int, int, int, str]:
    """Return x, y, width and title of an open span."""
    return (
        LEFT + start * WIDTH // MINUTES_IN_DAY,
        TOP + ROW * day + 4,
        max(2, (end - start) * WIDTH // MINUTES_IN_DAY),
        _describe_bar(day, start, end),
    )


def split_by_day(hours: WorkingHours) -> list[tuple[int, int, int]]:
    """Return (weekday, start, end) in minutes of that day, in order, cut at midnight and breaks."""
    minutes = {day: [False] * MINUTES_IN_DAY for day in range(7)}
    for windows, is_open in ((hours.windows, True), (hours.breaks, False)):
        for window in windows:
            for day, start, end in _cut_at_midnight(window):
                minutes[day][start:end] = [is_open] * (end - start)
    return [
        (day, run[0], run[-1] + 1)
        for day in range(7)
        for is_open, grouped in groupby(range(MINUTES_IN_DAY), key=minutes[day].__getitem__)
        if is_open and (run := list(grouped))
    ]


def _cut_at_midnight(window: Window) -> list[tuple[int, int, int]]:
    opening, closing = (int(part.total_seconds()) // 60 for part in window.span())
    first = (window.weekday, opening, min(closing, MINUTES_IN_DAY))
    if closing <= MINUTES_IN_DAY:
        return [first]
    return [first, ((window.weekday + 1) % 7, 0, closing - MINUTES_IN_DAY)]


def describe_week(bars: list[tuple[int, int, int]]) -> str:
    """Return the picture in words, for screen readers."""
    if not bars:
        return _("Never open")
    return _("Open %(times)s") % {"times": ", ".join(_describe_bar(*bar) for bar in bars)}


def _describe_bar(day: int, start: int, end: int) -> str:
    return _("%(day)s %(opens)s to %(closes)s") % {
        "day": WEEKDAYS_ABBR[day],
        "opens": format_clock(start),
        "closes": format_clock(end),
    }
