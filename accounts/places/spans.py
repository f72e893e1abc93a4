"""Spans of time: merging those that overlap. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

SpanT = TypeVar("SpanT", bound=tuple[datetime, datetime])


def merge_spans(spans: Iterable[SpanT], make: Callable[[datetime, datetime], SpanT]) -> list[SpanT]:
    """Return spans [start, end) in order, with those that overlap or touch as one.

    make: returns a span of the caller's kind from its start and its end.
    """
    merged: list[SpanT] = []
    for span in sorted(spans):
        if merged and span[0] <= merged[-1][1]:
            merged[-1] = make(merged[-1][0], max(merged[-1][1], span[1]))
        else:
            merged.append(span)
    return merged
