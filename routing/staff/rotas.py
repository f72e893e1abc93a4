"""The turns of an on-call rota. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.places.local_times import find_instant
from routing.shifts import DAY, Span, find_local_date, subtract_spans


@dataclass(frozen=True, slots=True)
class RotaFacts:
    """Times at which turns change: daily or, with a weekday, weekly, at a minute of the local day.

    It is wall-clock time, so a turn across a change of clocks is an hour shorter or longer.
    """

    time_zone: str
    minute: int
    weekday: int | None = None


def list_turns(rota: RotaFacts, start: datetime, end: datetime) -> Iterator[Span]:
    """Return the turns from the one that runs at ``start`` to the last that begins before ``end``.

    Each begins when the one before it ends.
    """
    step = 7 * DAY if rota.weekday is not None else DAY
    day = find_local_date(start, rota.time_zone) + DAY
    if rota.weekday is not None:
        day -= DAY * ((day.weekday() - rota.weekday) % 7)
    while (begin := find_instant(day, rota.minute, rota.time_zone)) > start:
        day -= step
    while begin < end:
        day += step
        following = find_instant(day, rota.minute, rota.time_zone)
        yield Span(begin, following)
        begin = following


def order_from(members: Sequence[int], last: int | None) -> list[int]:
    """Return the members of a rota, the one after ``last`` first; from the start if unknown."""
    if last not in members:
        return list(members)
    place = members.index(last) + 1
    return [*members[place:], *members[:place]]


def list_free(turns: Sequence[Span], taken: Sequence[Span], *, at: datetime) -> list[Span]:
    """Return the parts of turns that nobody has taken, without those that are over.

    Where the times of a rota have changed, a turn that stays is followed by a shorter one, so that
    somebody is always on call.
    """
    return [part for part in subtract_spans(turns, taken) if part.end > at]
