"""Availability of agents: on shift, until when, open to new tickets. Pure (M55, M80).

An agent is on shift while one of their shifts runs and no absence does. A weekly shift that begins
on a public holiday of the agent's country is off, unless it is worked on holidays too. Extra shifts
are worked on any day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from accounts.models import Desk
from accounts.places.public_holidays import NO_HOLIDAYS, PublicHolidays
from accounts.places.spans import merge_spans
from routing import shifts
from routing.models.presence import PresenceState
from routing.shifts import ShiftFacts, Span

LONGEST_SHIFT = timedelta(days=8)  # a time on shift that goes on for longer has no end
SEARCH_STEP = timedelta(days=14)
HORIZON = timedelta(days=366)  # how far ahead the next time on shift is looked for


class OnCallSpan(NamedTuple):
    """A turn of an agent on call. level: whose tickets it covers, "" for all."""

    start: datetime
    end: datetime
    level: str = ""


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """An agent's configured working times. Presence isn't here: it changes all the time."""

    shifts: tuple[ShiftFacts, ...] = ()
    absences: tuple[Span, ...] = ()
    on_call: tuple[OnCallSpan, ...] = ()
    holidays: PublicHolidays = NO_HOLIDAYS
    extra_shifts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class PresenceFacts:
    """An agent's choice, until when it holds (None: until it is changed), and their last request.

    The default is that of an agent who has never chosen one.
    """

    state: str = PresenceState.AVAILABLE
    until: datetime | None = None
    last_active_at: datetime | None = None


def is_on_shift(facts: StaffFacts, at: datetime) -> bool:
    """Return True if the agent is at work at this time."""
    if is_absent(facts, at):
        return False
    is_extra = any(span.covers(at) for span in facts.extra_shifts)
    return is_extra or shifts.is_on_shift(facts.shifts, at, holidays=facts.holidays)


def is_absent(facts: StaffFacts, at: datetime) -> bool:
    """Return True during an absence."""
    return any(span.covers(at) for span in facts.absences)


def is_on_call(facts: StaffFacts, at: datetime, level: str = "") -> bool:
    """Return True during a turn on call for a level; an absence ends it. level: "" for any."""
    return not is_absent(facts, at) and any(
        turn.start <= at < turn.end and (not level or turn.level in ("", level))
        for turn in facts.on_call
    )


def list_work(facts: StaffFacts, start: datetime, end: datetime) -> list[Span]:
    """Return the times on shift in [start, end), in order; adjacent ones are one.

    They are cut at both ends.
    """
    weekly = shifts.list_spans(facts.shifts, start, end, holidays=facts.holidays)
    extra = (span for span in facts.extra_shifts if span.start < end and span.end > start)
    spans = merge_spans([*weekly, *extra], Span)
    inside = (Span(max(span.start, start), min(span.end, end)) for span in spans)
    return shifts.subtract_spans(inside, facts.absences)


def find_shift_end(facts: StaffFacts, at: datetime) -> datetime | None:
    """Return when the current time on shift ends, with adjacent shifts as one.

    None if the agent is not on shift, or for longer than LONGEST_SHIFT. An absence ends it.
    """
    limit = at + LONGEST_SHIFT
    for span in list_work(facts, at, limit):
        if span.covers(at):
            return span.end if span.end < limit else None
    return None


def find_shift_start(facts: StaffFacts, at: datetime) -> datetime | None:
    """Return when the current time on shift began, with adjacent shifts as one.

    None if the agent is not on shift, or for longer than LONGEST_SHIFT.
    """
    limit = at - LONGEST_SHIFT
    moment = timedelta(microseconds=1)
    for span in list_work(facts, limit, at + moment):
        if span.covers(at):
            return span.start if span.start > limit else None
    return None


def find_next_on_shift(facts: StaffFacts, at: datetime) -> datetime | None:
    """Return the first time from ``at`` on when the agent is on shift, or None within HORIZON."""
    if not facts.shifts and not facts.extra_shifts:
        return None
    start = at
    while start < at + HORIZON:
        if work := list_work(facts, start, start + SEARCH_STEP):
            return work[0].start
        start += SEARCH_STEP
    return None


def find_first_on_shift(staff: Iterable[StaffFacts], at: datetime) -> datetime | None:
    """Return the first time from ``at`` on when any of the agents is on shift, or None."""
    found = (find_next_on_shift(facts, at) for facts in staff)
    return min((start for start in found if start is not None), default=None)


def can_take_new(facts: StaffFacts, at: datetime, margin: timedelta) -> bool:
    """Return True if the agent is on shift now and for longer than ``margin``.

    Nobody gets new tickets in the last minutes of a shift or before leave.
    """
    if not is_on_shift(facts, at):
        return False
    if not margin:
        return True
    moment = timedelta(microseconds=1)
    work = list_work(facts, at, at + margin + moment)
    return any(span.start <= at and span.end > at + margin for span in work)


def get_state(presence: PresenceFacts, at: datetime, *, idle: timedelta | None) -> PresenceState:
    """Return an agent's presence at a time; AWAY for one who isn't active.

    idle: as of ``is_inactive``.
    """
    if is_inactive(presence, at, idle=idle):
        return PresenceState.AWAY
    return get_choice(presence, at)


def get_choice(presence: PresenceFacts, at: datetime) -> PresenceState:
    """Return the presence that an agent has chosen for this time."""
    if presence.until is not None and presence.until <= at:
        return PresenceState.AVAILABLE
    return PresenceState(presence.state)


def is_inactive(presence: PresenceFacts, at: datetime, *, idle: timedelta | None) -> bool:
    """Return True if an agent who should be working isn't active, without having said so.

    This is the one rule by which an agent on shift counts as not there; the claim of an agent asks
    the same in SQL (IS_INACTIVE in routing/sql.py). idle: the desk's limit without activity; None
    if activity doesn't matter there. Agents who have set themselves as away or on call say
    themselves what they can be assigned.
    """
    works = get_choice(presence, at) in (PresenceState.AVAILABLE, PresenceState.OWN_TICKETS)
    return works and idle is not None and is_idle(presence, at, idle=idle)


def get_idle_limit(desk: Desk) -> timedelta | None:
    """Return how long an agent may be without activity before they count as not there."""
    return timedelta(minutes=desk.idle_minutes) if desk.idle_minutes else None


def is_idle(presence: PresenceFacts, at: datetime, *, idle: timedelta) -> bool:
    """Return True if the agent's last request was longer ago than ``idle``."""
    return presence.last_active_at is None or at - presence.last_active_at >= idle
