"""Durations: short forms in the reader's language, and forms that read what they show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.durations import (
    MAX_MINUTES,
    InvalidDurationError,
    format_duration,
    format_duration_input,
    parse_duration,
)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(1, "1m"), (59, "59m"), (60, "1h"), (61, "1h 1m"), (480, "8h"), (2880, "48h"), (0, "0m")],
)
def test_minutes_are_hours_and_minutes(minutes: int, text: str) -> None:
    assert format_duration(minutes) == format_duration_input(minutes) == text


@given(st.integers(1, MAX_MINUTES))
def test_a_form_reads_what_it_shows(minutes: int) -> None:
    assert parse_duration(format_duration_input(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8h", 480),
        (" 8 H ", 480),
        ("8 hrs", 480),
        ("1 hour, 30 minutes", 90),
        ("1h30m", None),
        ("1h 30m", 90),
        ("0.5h", 30),
        ("1,25 h", 75),
        ("30m 1h", 90),
        ("0.5 min 0.5 min", 1),
    ],
)
def test_people_write_durations_in_many_ways(text: str, minutes: int | None) -> None:
    if minutes is None:
        with pytest.raises(InvalidDurationError):
            parse_duration(text)
    else:
        assert parse_duration(text) == minutes


@pytest.mark.parametrize("text", ["", "  ", "8", "soon", "1 d", "8h later", "-1h", "1h 2 x"])
def test_an_error_quotes_the_text_and_shows_how_to_write_it(text: str) -> None:
    with pytest.raises(InvalidDurationError) as refused:
        parse_duration(text)
    if "-" not in text:
        assert f"“{text.strip()}”" in str(refused.value)
        assert "8h or 30m" in str(refused.value)


@pytest.mark.parametrize("text", ["0m", "0.2 min", f"{MAX_MINUTES + 1} min", "99999h"])
def test_less_than_a_minute_and_more_than_a_year_are_refused(text: str) -> None:
    with pytest.raises(InvalidDurationError, match="at least one minute and at most a year"):
        parse_duration(text)


def test_the_longest_duration_is_accepted() -> None:
    assert parse_duration(f"{MAX_MINUTES}m") == MAX_MINUTES
