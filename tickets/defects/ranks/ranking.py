"""The rank of a defect: severity x impact x promise (M10, M19). Pure.

The R&D queue is sorted by it, and shows the facts from which it was computed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from tickets.models import Severity

SEVERITY_POINTS = {
    Severity.CRITICAL: 27,
    Severity.MAJOR: 9,
    Severity.MODERATE: 3,
    Severity.MINOR: 1,
}
POINTS_PER_ACCOUNT = 10
POINTS_PER_TICKET = 2
POINTS_PER_USER = 1
MAX_IMPACT = 10_000
# Factors by the earliest deadline of the linked tickets that is still promised.
BREACHED, WITHIN_A_DAY, WITHIN_THREE_DAYS, LATER = 4, 3, 2, 1
# A defect with a significant impact comes before every one without (M10).
MAJOR_BONUS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Hit:
    """Counts of what a defect affects. weight: of its accounts, by plan; 1 for each without one."""

    tickets: int = 0
    accounts: int = 0
    users: int = 0
    weight: int = 0
    oldest_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """The rank and the factors that it is the product of."""

    value: int
    severity: int
    impact: int
    promise: int
    is_major: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def compute_impact(hit: Hit) -> int:
    """Return the impact of a defect in points, at least 1."""
    points = hit.weight * POINTS_PER_ACCOUNT
    points += hit.tickets * POINTS_PER_TICKET + hit.users * POINTS_PER_USER
    return max(1, min(points, MAX_IMPACT))


def compute_rank(severity: str, hit: Hit, *, major_impact: int, at: datetime) -> Rank:
    """Return the rank as of a time. major_impact: accounts that make an impact significant."""
    points, impact = SEVERITY_POINTS[Severity(severity)], compute_impact(hit)
    promise = find_promise_factor(hit.oldest_due_at, at)
    is_major = hit.accounts >= major_impact
    value = points * impact * promise + (MAJOR_BONUS if is_major else 0)
    return Rank(value, points, impact, promise, is_major)


def find_promise_factor(due_at: datetime | None, at: datetime) -> int:
    """Return how urgent the earliest deadline makes a defect, from 1 to 4."""
    if due_at is None:
        return LATER
    if due_at <= at:
        return BREACHED
    if due_at <= at + timedelta(days=1):
        return WITHIN_A_DAY
    return WITHIN_THREE_DAYS if due_at <= at + timedelta(days=3) else LATER
