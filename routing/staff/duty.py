"""Agents on call for escalation ladders, and the times when nobody is."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from accounts.models import Agent, Desk, Level
from accounts.places.spans import merge_spans
from routing.candidates import list_on_call
from routing.models import Absence, OnCallRota, OnCallTurn
from routing.shifts import Span, subtract_spans
from tickets.models import Ticket


def list_on_call_agents(ticket: Ticket, at: datetime) -> list[Agent]:
    """Return the agents on call at a time for a ticket's level, of those who may see it."""
    return [one.agent for one in list_on_call(ticket, at)]


def list_gaps(desk: Desk, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
    """Return the times in [start, end) in which nobody is on call, each with its level.

    Checks Level 1 and every level that has a rota of its own; "" for all if none has. An agent who
    is absent during a turn leaves a gap, unless another one is on call.
    """
    rotas = OnCallRota.objects.filter(desk=desk, is_active=True).exclude(level="").order_by()
    named = set(rotas.values_list("level", flat=True))
    covered = _list_covered(desk, start, end)
    gaps = []
    for level in sorted(named | {Level.L1.value}) if named else [""]:
        spans = [span for of_level, span in covered if of_level in ("", level)]
        left = subtract_spans([Span(start, end)], merge_spans(spans, Span))
        gaps += [(gap.start, gap.end, level) for gap in left]
    return sorted(gaps)


def _list_covered(desk: Desk, start: datetime, end: datetime) -> list[tuple[str, Span]]:
    """Return the times in which somebody is on call, with the level of the rota. Two queries."""
    meet = {"desk": desk, "start_at__lt": end, "end_at__gt": start}
    turns = OnCallTurn.objects.filter(**meet, rota__is_active=True, agent__is_active=True)
    gone = defaultdict[int, list[Span]](list)
    for one in Absence.objects.filter(**meet):
        gone[one.agent_id].append(Span(one.start_at, one.end_at))
    return [
        (turn.rota.level, span)
        for turn in turns.select_related("rota")
        for span in subtract_spans([Span(turn.start_at, turn.end_at)], gone[turn.agent_id])
    ]
