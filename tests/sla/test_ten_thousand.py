"""10,000 random runs in eight zones against a calculator that knows nothing of sla/.

Deadlines are equal, the explained parts add up to the target and to what is used at any instant,
and each part counts exactly if the wall clock says so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from random import Random

import pytest

from sla.runs import Pause, Reason, Run, count_used, find_due, list_parts
from sla.working_hours import DayException, Window, WorkingHours
from tests.sla.wall_clock import Season, Spans, WallCalendar, is_counted

SEED = 20261126
RUNS = 10_000
SEASON_DAYS = 60
ZERO, DAY = timedelta(), timedelta(days=1)
# Each zone with its clock changes in spring and fall; Kathmandu has none.
TURNS = {
    "America/Sao_Paulo": (date(2018, 11, 4), date(2018, 2, 18)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "America/St_Johns": (date(2010, 3, 14), date(2010, 11, 7)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
    "Asia/Kathmandu": (date(2026, 1, 1), date(2028, 2, 29)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
    "Pacific/Auckland": (date(2026, 9, 27), date(2026, 4, 5)),
}
CALENDARS = [(zone, turn, number) for zone in TURNS for turn in (0, 1) for number in range(2)]
REASONS = (Reason.WAITING, Reason.STATE, Reason.HOLD)


def draw_spans(random: Random) -> Spans:
    """Return up to three windows of a day; some end on the next one."""
    kind = random.randrange(5)
    if kind == 0:
        return ((1320, 360),)
    if kind == 1:
        return ((random.randrange(0, 300), random.randrange(60, 1440)),)
    if kind == 2:
        return ((480, 720), (780, 1020), (1140, 1200 + random.randrange(200)))
    return ((random.randrange(360, 660), random.randrange(900, 1441)),)


@lru_cache
def draw_calendar(zone: str, turn: int, number: int) -> tuple[WorkingHours, Season]:
    """Return a random calendar twice: as sla/ takes it, and as the other calculator does."""
    random = Random(f"{SEED}{zone}{turn}{number}")
    changes = TURNS[zone][turn]
    weekly = {day: draw_spans(random) for day in range(7) if day < 5 or random.random() < 0.3}
    breaks = {
        day: ((720, 720 + random.randrange(15, 61)),) for day in weekly if random.random() < 0.4
    }
    days = [changes + timedelta(days=offset) for offset in range(-3, 4)]
    closed = frozenset(random.sample(days, 2))
    own = {
        day: draw_spans(random) if random.random() < 0.6 else () for day in random.sample(days, 2)
    }
    hours = WorkingHours(
        zone,
        tuple(Window(day, *span) for day, spans in weekly.items() for span in spans),
        closed,
        tuple(DayException(day, spans) for day, spans in sorted(own.items())),
        tuple(Window(day, *span) for day, spans in breaks.items() for span in spans),
    )
    start = datetime.combine(changes, datetime.min.time(), UTC) - timedelta(days=14)
    return hours, Season(WallCalendar(zone, weekly, breaks, closed, own), start, SEASON_DAYS)


def draw_run(random: Random, season: Season) -> Run:
    """Return a run that starts within ten days of the clock change, with up to four pauses."""
    start = season.start + timedelta(days=4, seconds=random.randrange(20 * 86400))
    seconds = random.choice((60, 1800, random.randrange(60, 40 * 3600)))
    pauses = []
    for _ in range(random.choice((0, 0, 1, 2, 4))):
        begin = start + timedelta(seconds=random.randrange(-7200, 6 * 86400))
        length = timedelta(seconds=random.choice((1, 60, random.randrange(3 * 86400))))
        end = None if random.random() < 0.1 else begin + length
        pauses.append(Pause(begin, end, random.choice(REASONS)))
    return Run(
        start + timedelta(microseconds=random.choice((0, 0, 123_457))), seconds, tuple(pauses)
    )


def check(run: Run, hours: WorkingHours, season: Season, random: Random) -> datetime | None:
    """Compare everything about a run. Returns its deadline."""
    spans = [(pause.start, pause.end) for pause in run.pauses]
    due = find_due(run, hours)
    assert due == season.find_deadline(run.started_at, run.amount, spans)
    at = run.started_at + timedelta(seconds=random.randrange(20 * 86400))
    for end in filter(None, (due, at)):
        parts = list_parts(run, hours, end)
        counted = sum((part.length for part in parts if part.counts), ZERO)
        assert counted == count_used(run, hours, end)
        if end == due:
            assert counted == run.amount
        assert [run.started_at, end] == [parts[0].start, parts[-1].end]
        assert all(before.end == after.start for before, after in pairwise(parts))
        for part in random.sample(parts, min(3, len(parts))):
            inside = part.start + random.random() * part.length
            assert is_counted(season, inside, spans) is part.counts, part
    return due


@pytest.mark.parametrize("share", range(4))
def test_deadlines_parts_and_used_time_equal_the_wall_clock(share: int) -> None:
    random, paused = Random(SEED + share), 0
    for number in range(RUNS // 4):
        hours, season = draw_calendar(*CALENDARS[number % len(CALENDARS)])
        paused += check(draw_run(random, season), hours, season, random) is None
    assert 0 < paused < RUNS // 8
