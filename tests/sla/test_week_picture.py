"""The picture of a week: bars by day, words for screen readers, and no style attribute."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sla.calendar import Window, WorkingHours
from sla.week_picture import describe_week, draw_week, split_by_day


def on(*windows: tuple[int, int, int]) -> WorkingHours:
    return WorkingHours("UTC", tuple(Window(*window) for window in windows))


@pytest.mark.parametrize(
    ("windows", "bars"),
    [
        ([], []),
        ([(0, 540, 1020)], [(0, 540, 1020)]),
        ([(1, 780, 1020), (0, 540, 720)], [(0, 540, 720), (1, 780, 1020)]),
        ([(4, 1320, 360)], [(4, 1320, 1440), (5, 0, 360)]),
        ([(6, 1320, 360)], [(0, 0, 360), (6, 1320, 1440)]),
        ([(2, 0, 1440)], [(2, 0, 1440)]),
        ([(2, 0, 0 + 1800)], [(2, 0, 1440), (3, 0, 360)]),
        ([(2, 600, 600)], [(2, 600, 1440), (3, 0, 600)]),
    ],
)
def test_windows_are_cut_at_midnight(
    windows: list[tuple[int, int, int]], bars: list[tuple[int, int, int]]
) -> None:
    assert split_by_day(on(*windows)) == bars


def test_the_week_in_words() -> None:
    assert describe_week([]) == "Never open"
    assert describe_week([(0, 480, 1200), (6, 0, 1440)]) == (
        "Open Mon 08:00 to 20:00, Sun 00:00 to 24:00"
    )


def draw(hours: WorkingHours) -> ElementTree.Element:
    return ElementTree.fromstring(draw_week(hours))


def test_a_picture_has_seven_days_and_a_bar_for_each_window() -> None:
    svg = draw(on((0, 480, 1200), (4, 1320, 360)))
    assert svg.get("aria-label") == (
        "Open Mon 08:00 to 20:00, Fri 22:00 to 24:00, Sat 00:00 to 06:00"
    )
    days = [text.text for text in svg.iter("text") if text.get("class") == "week-day"]
    assert days == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    bars = [rect for rect in svg.iter("rect") if rect.get("class") == "week-open"]
    assert [bar.findtext("title") for bar in bars] == [
        "Mon 08:00 to 20:00",
        "Fri 22:00 to 24:00",
        "Sat 00:00 to 06:00",
    ]
    assert all("style" not in element.attrib for element in svg.iter())


def test_a_minute_is_wide_enough_to_be_seen() -> None:
    (bar,) = [r for r in draw(on((0, 540, 541))).iter("rect") if r.get("class") == "week-open"]
    assert bar.get("width") == "2"


def test_a_full_day_is_as_wide_as_the_scale() -> None:
    rects = list(draw(on((0, 0, 1440))).iter("rect"))
    closed, bar = rects[0], rects[-1]
    assert (bar.get("x"), bar.get("width")) == (closed.get("x"), closed.get("width"))


def test_a_break_splits_the_bars_it_cuts() -> None:
    hours = WorkingHours(
        "UTC", (Window(0, 480, 1200), Window(1, 1320, 360)), breaks=(Window(0, 720, 780),)
    )
    assert split_by_day(hours) == [(0, 480, 720), (0, 780, 1200), (1, 1320, 1440), (2, 0, 360)]
    night = WorkingHours("UTC", (Window(1, 1320, 360),), breaks=(Window(1, 1430, 10),))
    assert split_by_day(night) == [(1, 1320, 1430), (2, 10, 360)]
