"""Explanations: parts that add up, as of any instant, and in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from helpdesk.shared.run_picture import draw_run
from helpdesk.shared.wording.explanations import describe_run, explain_in_a_sentence
from sla.calendar import Window, WorkingHours
from sla.explaining.explain import Explanation, Phase, Status, explain
from sla.explaining.history import read_history
from sla.models import ClockKind
from tests.sla.test_replay import Entry, pause, plan

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
TIRADENTES = date(2026, 4, 21)
TWELVE_BY_FIVE = WorkingHours(
    "America/Sao_Paulo",
    tuple(Window(day, 480, 1200) for day in range(5)),
    frozenset({TIRADENTES}),
    names=((TIRADENTES, "Tiradentes"),),
)
HOUR = timedelta(hours=1)


def local(text: str) -> datetime:
    """Return a time of April 2026 in Sao Paulo, written as "20T18:30"."""
    return datetime.fromisoformat(f"2026-04-{text}").replace(tzinfo=SAO_PAULO).astimezone(UTC)


START, DUE = local("20T18:30"), local("22T10:30")


def four_hours(kind: str = "started", at: datetime = START, **changes: Any) -> Entry:
    target = {"id": 3, "unit": "minutes", "amount": 240, "by_minute": None}
    facts = {
        "started_at": START.isoformat(),
        "due_at": DUE.isoformat(),
        "seconds": 4 * 3600,
        "target": target,
        "calendar_name": "Rocket.Chat 12x5",
    }
    return plan(kind, at, **facts | changes)


def explain_entries(at: datetime, *entries: Entry) -> Explanation:
    known = [entry for entry in entries if entry.at <= at]
    return explain(read_history(known)[-1], TWELVE_BY_FIVE, at)


def say(explanation: Explanation, **options: Any) -> str:
    with timezone.override(SAO_PAULO):
        return explain_in_a_sentence(explanation, ClockKind.FIRST_RESPONSE, **options)


def check_sums(explanation: Explanation) -> None:
    assert explanation.used + explanation.left == explanation.total
    if explanation.due_at:
        assert sum(step.seconds for step in explanation.steps) == explanation.total


def test_a_running_clock_in_the_middle_of_its_time() -> None:
    explanation = explain_entries(local("22T09:00"), four_hours())
    check_sums(explanation)
    assert explanation.status == Status.RUNNING
    assert (explanation.used, explanation.left) == (150 * 60, 90 * 60)
    assert [(step.phase, step.seconds) for step in explanation.steps if step.counts] == [
        (Phase.PAST, 90 * 60),
        (Phase.PAST, 60 * 60),
        (Phase.AHEAD, 90 * 60),
    ]


def test_the_sentence_names_the_days_and_the_holiday_between_them() -> None:
    assert say(explain_entries(START, four_hours())) == (
        "First response within 4 business hours (Rocket.Chat 12x5), counted from Mon, Apr 20, "
        "6:30 PM: 1h 30m on Mon, Apr 20 and 2h 30m on Wed, Apr 22 after the holiday Tiradentes. "
        "Due Wed, Apr 22, 10:30 AM."
    )


def test_a_holiday_split_by_the_present_is_named_once() -> None:
    sentence = say(explain_entries(local("21T12:00"), four_hours()))
    assert "on Wed, Apr 22 after the holiday Tiradentes. Due" in sentence


@pytest.mark.parametrize(
    ("language", "start"),
    [
        ("de", ("Erste Antwort", "Mo, 20. April, 18:30 Uhr")),
        ("pt-br", ("Primeira resposta", "Seg, 20 de abr, 18:30")),
    ],
)
def test_the_sentence_is_in_the_readers_language(language: str, start: tuple[str, str]) -> None:
    with translation.override(language):
        sentence = say(explain_entries(START, four_hours()))
    label, time = start
    assert sentence.startswith(label)
    assert time in sentence


def test_a_pause_is_explained_and_leaves_the_deadline_open() -> None:
    paused = pause(local("20T19:30"))
    explanation = explain_entries(local("22T08:00"), four_hours(), paused)
    check_sums(explanation)
    assert (explanation.status, explanation.due_at) == (Status.PAUSED, None)
    assert say(explanation).endswith(
        "1h on Mon, Apr 20. Not counted: 1d 12h waiting for the customer. "
        "Paused, with 3h left on the clock."
    )
    assert "waiting for your reply" in say(explanation, for_customer=True)


def test_as_of_a_moment_before_the_pause_the_clock_runs() -> None:
    paused = pause(local("20T19:30"))
    explanation = explain_entries(local("20T19:00"), four_hours(), paused)
    assert (explanation.status, explanation.due_at) == (Status.RUNNING, DUE)


def test_a_clock_met_in_time_has_time_left() -> None:
    met = Entry("met", local("22T08:30"))
    explanation = explain_entries(local("25T08:30"), four_hours(), met)
    check_sums(explanation)
    assert (explanation.status, explanation.left) == (Status.MET, 2 * 3600)
    assert explanation.steps[-1].phase == Phase.AFTER_END
    assert say(explanation).endswith(
        "1h 30m on Mon, Apr 20 and 30m on Wed, Apr 22 after the holiday Tiradentes. "
        "Due Wed, Apr 22, 10:30 AM. Met Wed, Apr 22, 8:30 AM, with 2h left on the clock."
    )


def test_a_clock_met_late_says_how_late() -> None:
    met = Entry("met", local("22T12:30"))
    explanation = explain_entries(local("25T08:30"), four_hours(), met)
    check_sums(explanation)
    assert explanation.left == 0
    assert say(explanation).endswith(
        "Due Wed, Apr 22, 10:30 AM. Met Wed, Apr 22, 12:30 PM, 2h late."
    )


def test_an_overdue_clock_says_since_when() -> None:
    explanation = explain_entries(local("22T11:15"), four_hours())
    check_sums(explanation)
    assert explanation.status == Status.OVERDUE
    assert say(explanation).endswith("Due Wed, Apr 22, 10:30 AM, 45m overdue.")


def test_a_stopped_clock_says_when() -> None:
    stopped = Entry("stopped", local("20T19:00"), {"reason": "closed"})
    explanation = explain_entries(local("22T11:15"), four_hours(), stopped)
    check_sums(explanation)
    assert say(explanation).endswith("Stopped Mon, Apr 20, 7:00 PM.")


def test_many_days_are_told_together() -> None:
    target = {"id": 3, "unit": "minutes", "amount": 3600, "by_minute": None}
    long = four_hours(seconds=60 * 3600, target=target)
    sentence = say(explain_entries(START, long))
    assert "within 60 business hours" in sentence
    assert ": 1h 30m on Mon, Apr 20, 48h on 4 days and 10h 30m on Tue, Apr 28. Due" in sentence


def test_fractions_of_seconds_do_not_break_the_sum() -> None:
    start = START + timedelta(microseconds=123_457)
    entry = four_hours(started_at=start.isoformat())
    explanation = explain_entries(local("22T09:00:00.700000"), entry)
    check_sums(explanation)


def test_the_table_ends_with_the_target() -> None:
    table = describe_run(explain_entries(local("22T09:00"), four_hours()), ClockKind.FIRST_RESPONSE)
    assert [time for _label, time in table.sums] == ["2h 30m", "1h 30m", "4h"]
    assert [row.reason for row in table.rows if row.tone == "closed"] == [
        "After closing",
        "Holiday: Tiradentes",
        "Before opening",
    ]


def test_the_drawing_covers_the_whole_width() -> None:
    for at in (START, local("22T09:00"), local("24T09:00")):
        with timezone.override(SAO_PAULO):
            picture = draw_run(explain_entries(at, four_hours()), label="All of it")
        assert picture is not None
        ends = [float(bar.start[:-1]) + float(bar.width[:-1]) for bar in picture.bars]
        assert max(ends) >= 99.99
        assert all(
            abs(end - float(bar.start[:-1])) < 0.01
            for end, bar in zip(ends, picture.bars[1:], strict=False)
        )


def test_a_clock_that_is_paused_at_once_is_drawn_from_its_pause() -> None:
    paused = pause(START, "hold")
    explanation = explain_entries(START, four_hours(), paused)
    assert explanation.steps == ()
    assert draw_run(explanation, label="") is None
    assert say(explanation) == (
        "First response within 4 business hours (Rocket.Chat 12x5), counted from Mon, Apr 20, "
        "6:30 PM. Paused, with 4h left on the clock."
    )


def test_around_the_clock_hours_are_plain_hours() -> None:
    always = WorkingHours.always("UTC")
    explanation = explain(read_history([four_hours()])[0], always, START)
    assert "within 4 hours (" in say(explanation)
    odd = replace(four_hours(), data=four_hours().data | {"seconds": 90 * 60})
    assert "within 1h 30m (" in say(explain(read_history([odd])[0], always, START))
