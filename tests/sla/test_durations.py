"""Durations: short forms in the reader's language, and forms that read what they show."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.durations import (
    END_OF_DAY,
    MAX_DAYS,
    MAX_MINUTES,
    Amount,
    InvalidDurationError,
    format_duration,
    format_duration_input,
    format_target,
    format_target_input,
    parse_duration,
    parse_target,
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


AMOUNTS = st.one_of(
    st.builds(Amount, st.just("minutes"), st.integers(1, MAX_MINUTES), st.none()),
    st.builds(
        Amount, st.just("business_days"), st.integers(1, MAX_DAYS), st.integers(1, END_OF_DAY)
    ),
    st.just(Amount("none", 0)),
)


@given(AMOUNTS)
def test_a_form_reads_the_target_that_it_shows(amount: Amount) -> None:
    assert parse_target(format_target_input(*amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("90 min", Amount("minutes", 90)),
        ("next business day by 18:00", Amount("business_days", 1, 1080)),
        ("Next  Business Day", Amount("business_days", 1, 1440)),
        ("2 business days by 9:30", Amount("business_days", 2, 570)),
        ("1 business day by 24:00", Amount("business_days", 1, 1440)),
        (" None ", Amount("none", 0)),
    ],
)
def test_targets_are_read(text: str, amount: Amount) -> None:
    assert parse_target(text) == amount


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("2 days", "“2 days” isn't a number of business days."),
        ("next business day by 6 pm", "next business day by 18:00"),
        ("0 business days", "at least one business day"),
        ("9999 business days", "at most a year"),
        ("2 business days by 25:00", "as HH:MM"),
        ("2 business days by 08:75", "as HH:MM"),
        ("1 business day by 00:00", "as HH:MM"),
        ("30 seconds", "isn't a length of time"),
        ("30s", "The shortest is 1m."),
        ("1m 30s", "The shortest is 1m."),
        ("0.33h", "isn't a whole number of minutes. Round it, such as to 20m."),
        ("0.4m", "at least one minute"),
        ("8", "8h or 30m"),
    ],
)
def test_what_is_no_target_is_explained(text: str, error: str) -> None:
    with pytest.raises(InvalidDurationError, match=re.escape(error)):
        parse_target(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Amount("minutes", 480), "8h"),
        (Amount("business_days", 1, 1440), "Next business day"),
        (Amount("business_days", 2, None), "2 business days"),
        (Amount("business_days", 1, 1080), "Next business day by 6:00 PM"),
        (Amount("business_days", 3, 570), "3 business days by 9:30 AM"),
        (Amount("none", 0), "No target"),
    ],
)
def test_targets_are_shown_in_words(amount: Amount, text: str) -> None:
    assert format_target(*amount) == text
