"""The rank of a defect: severity x impact x promise, and a significant impact first (M10, M19)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import NOON
from tickets.defects.ranks.ranking import (
    MAX_IMPACT,
    Hit,
    compute_impact,
    compute_rank,
    find_promise_factor,
)
from tickets.models import Severity


@pytest.mark.parametrize(
    ("due_at", "factor"),
    [
        (None, 1),
        (NOON - timedelta(minutes=1), 4),
        (NOON, 4),
        (NOON + timedelta(days=1), 3),
        (NOON + timedelta(days=3), 2),
        (NOON + timedelta(days=3, seconds=1), 1),
    ],
)
def test_the_factor_grows_as_the_deadline_comes_closer(
    due_at: datetime | None, factor: int
) -> None:
    assert find_promise_factor(due_at, NOON) == factor


def test_the_rank_is_the_product_of_its_facts() -> None:
    hit = Hit(tickets=3, accounts=2, users=4, weight=4, oldest_due_at=NOON)
    rank = compute_rank(Severity.MAJOR, hit, major_impact=5, at=NOON)
    assert compute_impact(hit) == 4 * 10 + 3 * 2 + 4
    assert (rank.severity, rank.impact, rank.promise, rank.is_major) == (9, 50, 4, False)
    assert rank.value == 9 * 50 * 4


def test_a_significant_impact_comes_before_every_severity() -> None:
    worst = compute_rank(
        Severity.CRITICAL,
        Hit(tickets=10**6, users=10**6, weight=10**6, accounts=4, oldest_due_at=NOON),
        major_impact=5,
        at=NOON,
    )
    wide = compute_rank(Severity.MINOR, Hit(accounts=5, weight=5), major_impact=5, at=NOON)
    assert wide.is_major
    assert wide.value > worst.value


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_impact_stays_within_its_bounds(tickets: int, users: int, weight: int) -> None:
    assert 1 <= compute_impact(Hit(tickets=tickets, users=users, weight=weight)) <= MAX_IMPACT
