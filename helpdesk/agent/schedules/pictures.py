"""A day as an SVG bar of 24 hours, without style attributes (strict CSP)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from routing.shifts import Span

WIDTH, HEIGHT = 240, 14
RECT = (
    '<rect class="day-part" data-kind="{}" x="{}" y="0" width="{}" height="{}" rx="2">'
    "<title>{}</title></rect>"
)


class Bar(NamedTuple):
    """A part of a day. kind: "work", "extra", "absence", "call", "gap" or "turn-N" (a color)."""

    span: Span
    kind: str
    title: str


def draw_day(day: Span, bars: Iterable[Bar]) -> SafeString:
    """Return a day's bars on a scale of its hours, 23 to 25 of them. Bars are cut at its ends.

    The picture repeats what is said beside it, so it is hidden from assistive technology.
    """
    return format_html(
        '<svg class="day-picture" viewBox="0 0 {} {}" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect class="day-ground" width="{}" height="{}" rx="2"/>{}{}</svg>',
        *(WIDTH, HEIGHT, WIDTH, HEIGHT),
        format_html_join("", RECT, (_place(day, bar) for bar in bars)),
        _draw_quarters(),
    )


def _place(day: Span, bar: Bar) -> tuple[str, int, int, int, str]:
    length = (day.end - day.start).total_seconds()
    start, end = (
        round((min(max(at, day.start), day.end) - day.start).total_seconds() * WIDTH / length)
        for at in bar.span
    )
    return bar.kind, start, max(end - start, 1), HEIGHT, bar.title


def _draw_quarters() -> SafeString:
    marks = ((WIDTH * quarter // 4,) for quarter in (1, 2, 3))
    return format_html_join("", '<line class="day-mark" x1="{0}" x2="{0}" y1="0" y2="14"/>', marks)


def clip(spans: Sequence[Span], day: Span) -> list[Span]:
    """Return the parts of the spans inside a day."""
    inside = (Span(max(one.start, day.start), min(one.end, day.end)) for one in spans)
    return [one for one in inside if one.start < one.end]
