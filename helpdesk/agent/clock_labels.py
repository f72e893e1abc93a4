"""Names of SLA clocks for agents."""

from __future__ import annotations

from sla.models import ClockKind


def describe_clock(kind: str) -> str:
    """Return the name of a kind of clock; one that this version doesn't know is returned as is."""
    return str(ClockKind(kind).label) if kind in ClockKind.values else kind
