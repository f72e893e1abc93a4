"""Spans that overlap or touch are one, in any order, and stay of their caller's kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.places.spans import merge_spans
from routing.shifts import Span

DAY = datetime(2026, 11, 18, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return Span(DAY + timedelta(hours=start), DAY + timedelta(hours=end))


@pytest.mark.parametrize(
    ("spans", "merged"),
    [
        ([], []),
        ([(9, 12), (13, 17)], [(9, 12), (13, 17)]),
        ([(13, 17), (9, 13)], [(9, 17)]),
        ([(9, 17), (10, 11)], [(9, 17)]),
        ([(9, 11), (10, 13), (12, 14), (15, 16)], [(9, 14), (15, 16)]),
    ],
    ids=["none", "apart", "touching", "inside", "a chain"],
)
def test_spans_are_merged(spans: list[tuple[int, int]], merged: list[tuple[int, int]]) -> None:
    found = merge_spans((span(*each) for each in spans), Span)
    assert found == [span(*each) for each in merged]
    assert all(isinstance(each, Span) for each in found)
