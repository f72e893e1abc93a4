"""What an iCalendar feed may say, and what it may not do."""

import random
from contextlib import suppress
from datetime import date

import pytest

from sla.holidays import feed
from sla.holidays.failures import SourceError
from sla.holidays.feed import MAX_A_YEAR, MAX_EVENTS, read_feed

SINCE, UNTIL = date(2025, 1, 1), date(2028, 12, 31)


def write_feed(*events: str) -> bytes:
    parts = [f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events]
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def day(number: int, dates: str, more: str = "") -> str:
    return f"UID:{number}\nDTSTART;VALUE=DATE:{dates}\nSUMMARY:Day {number}\n{more}"


def read(*events: str) -> list[tuple[date, str]]:
    return [(one.date, one.name) for one in read_feed(write_feed(*events), SINCE, UNTIL).found]


def test_an_all_day_event_closes_its_date() -> None:
    assert read(day(1, "20261225")) == [(date(2026, 12, 25), "Day 1")]


def test_an_event_of_several_days_closes_each() -> None:
    found = read(day(1, "20261224", "DTEND;VALUE=DATE:20261227"))
    assert [one for one, _ in found] == [date(2026, 12, 24 + number) for number in range(3)]


def test_an_end_on_or_before_the_start_is_one_day() -> None:
    assert len(read(day(1, "20261224", "DTEND;VALUE=DATE:20261224"))) == 1
    assert len(read(day(1, "20261224", "DTEND;VALUE=DATE:20261201"))) == 1


def test_a_yearly_event_comes_back_without_its_exceptions() -> None:
    found = read(day(1, "20200421", "RRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20270421"))
    assert [one.year for one, _ in found] == [2025, 2026, 2028]


def test_a_moved_occurrence_closes_its_new_date() -> None:
    moved = "UID:1\nDTSTART;VALUE=DATE:20260422\nSUMMARY:Moved\nRECURRENCE-ID;VALUE=DATE:20260421"
    found = read(day(1, "20260421", "RRULE:FREQ=YEARLY;COUNT=2"), moved)
    assert found == [(date(2026, 4, 22), "Moved"), (date(2027, 4, 21), "Day 1")]


def test_two_events_of_a_date_are_one_holiday() -> None:
    assert read(day(1, "20261225"), day(2, "20261225"), day(1, "20261225")) == [
        (date(2026, 12, 25), "Day 1, Day 2")
    ]


SKIPPED = {
    "timed": "UID:1\nDTSTART:20261225T090000Z\nDTEND:20261225T100000Z",
    "without a start": "UID:1\nSUMMARY:Nothing",
    "with an impossible date": day(1, "20261340"),
    "canceled": day(1, "20261225", "STATUS:CANCELLED"),
    "of ten years": day(1, "20200101", "DTEND;VALUE=DATE:20300101"),
    "every second": day(1, "20200101", "RRULE:FREQ=SECONDLY"),
    "every day": day(1, "20200101", "RRULE:FREQ=DAILY"),
    "many times a day": day(1, "20200101", "RRULE:FREQ=WEEKLY;BYHOUR=1,2,3"),
    "without an interval": day(1, "20200101", "RRULE:FREQ=YEARLY;INTERVAL=0"),
    "with an unknown rule": day(1, "20200101", "RRULE:FREQ=FOO"),
    "with an empty rule": day(1, "20200101", "RRULE:X"),
    "on the last date there is": day(1, "99991231", "DTEND;VALUE=DATE:99991231"),
}


@pytest.mark.parametrize("event", SKIPPED.values(), ids=SKIPPED)
def test_an_event_that_closes_no_day_is_skipped_and_counted(event: str) -> None:
    found = read_feed(write_feed(event, day(2, "20261226")), SINCE, UNTIL)
    assert [one.date for one in found.found] == [date(2026, 12, 26)]
    assert found.skipped == 1


def test_rules_that_never_match_stop_after_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SECONDS_FOR_SERIES", 0.0)
    never = "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"
    found = read_feed(write_feed(*(day(n, "20260101", never) for n in range(9))), SINCE, UNTIL)
    assert (found.found, found.skipped) == ([], 9)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\n",
        b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    ],
)
def test_a_web_page_is_not_a_feed(body: bytes) -> None:
    with pytest.raises(SourceError, match="not an iCalendar feed"):
        read_feed(body, SINCE, UNTIL)


def test_too_many_events_are_refused_unread() -> None:
    with pytest.raises(SourceError, match="more than 5000 events"):
        read_feed(b"BEGIN:VEVENT\n" * (MAX_EVENTS + 1), SINCE, UNTIL)


def test_events_are_counted_whatever_their_case() -> None:
    with pytest.raises(SourceError, match="more than 5000 events"):
        read_feed(b"begin:vEvent\n" * (MAX_EVENTS + 1), SINCE, UNTIL)


def test_a_large_feed_is_refused_unread() -> None:
    with pytest.raises(SourceError, match="larger than 2 MiB"):
        read_feed(b" " * (2 * 1024 * 1024 + 1), SINCE, UNTIL)


def test_a_feed_that_closes_every_week_is_refused() -> None:
    with pytest.raises(SourceError, match="closes more than 60 days in 2025"):
        read(*(day(n, "20240101", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU") for n in range(2)))
    assert MAX_A_YEAR == 60


def test_whatever_is_in_a_feed_it_is_read_or_refused() -> None:
    """Damage a feed at random places: nothing but SourceError may come out."""
    whole = write_feed(
        day(1, "20200421", "RRULE:FREQ=YEARLY;BYMONTH=4\nEXDATE;VALUE=DATE:20270421"),
        day(2, "20261224", "DTEND;VALUE=DATE:20261227\nRDATE;VALUE=DATE:20270101"),
        "UID:3\nDTSTART;TZID=America/Sao_Paulo:20261225T090000\nDURATION:P1D",
    )
    pick = random.Random(9)
    for _ in range(600):
        damaged = bytearray(whole)
        for _ in range(pick.randint(1, 4)):
            place = pick.randrange(len(damaged))
            damaged[place : place + pick.randint(0, 3)] = pick.randbytes(pick.randint(0, 3))
        with suppress(SourceError):
            read_feed(bytes(damaged), SINCE, UNTIL)
