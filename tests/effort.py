"""Limits on CPU time that hold on any machine, for tests that guard against runaway work.

A second means nothing on a slow or busy machine. So effort is counted in units of a fixed piece of
work, which this process does just before and after: what slows one, slows both. A unit takes about
10 milliseconds. Give at least four times what the work takes: the faults that these limits catch
take fifty times as much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 3
_WORDS = re.compile(r"\b(\w+) (?:wrote|writes)\b|\d+:\d\d")
_TEXT = "On 20 Nov 2026, at 11:30, Ann Customer wrote to the desk.\n" * 2_800


def run_within(limit: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the result of work that may be repeated. Fail if each try takes more units."""
    efforts = []
    for _ in range(TRIES):
        unit, started = _time_unit(), process_time()
        result = work(*args, **kwargs)
        spent = process_time() - started
        efforts.append(spent / max(unit, _time_unit()))
        if efforts[-1] <= limit:
            return result
    raise AssertionError(_describe(min(efforts), limit))


@contextmanager
def spend_at_most(limit: float) -> Iterator[None]:
    """Fail if the block takes more units. It runs only once: leave a margin of ten."""
    unit, started = _time_unit(), process_time()
    yield
    spent = process_time() - started
    effort = spent / max(unit, _time_unit())
    assert effort <= limit, _describe(effort, limit)


def _describe(effort: float, limit: float) -> str:
    return f"{effort:.0f} units of CPU time, of {limit} allowed (tests/effort.py)"


def _time_unit() -> float:
    """Return the seconds of CPU time that one unit takes now."""
    started = process_time()
    counts: dict[str, int] = {}
    for found in _WORDS.finditer(_TEXT):
        counts[found[0]] = counts.get(found[0], 0) + len(found[0].split())
    lines = [line.strip().replace(" ", "-").upper() for line in _TEXT.splitlines()]
    assert (sum(counts.values()), len(set(lines))) == (8_400, 1)
    return process_time() - started
