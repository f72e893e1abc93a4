"""Who is on call for the escalation ladders of SLA clocks, and when nobody is."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Agent, Desk, Level
from accounts.places.spans import merge_spans
from routing.candidates import list_on_call
from routing.models import Absence, OnCallTurn
from routing.shifts import Span, subtract_spans
from tickets.models import Ticket


def list_on_call_agents(ticket: Ticket, at: datetime) -> list[Agent]:
    """Return the agents on call at a time for a ticket's level, of those who may see it."""
    return [one.agent for one in list_on_call(ticket, at)]


def list_gaps(desk: Desk, start: datetime, end: datetime) -> list[Span]:
    """Return the times in [start, end) in which nobody is on call for tickets of Level 1.

    An agent who is absent during a turn leaves a gap, unless another one is on call.
    """
    turns = OnCallTurn.objects.filter(
        desk=desk,
        end_at__gt=start,
        start_at__lt=end,
        rota__is_active=True,
        rota__level__in=("", Level.L1),
        agent__is_active=True,
    )
    covered: list[Span] = []
    for turn in turns:
        absences = Absence.objects.filter(
            agent_id=turn.agent_id, start_at__lt=turn.end_at, end_at__gt=turn.start_at
        )
        gone = [Span(one.start_at, one.end_at) for one in absences]
        covered += subtract_spans([Span(turn.start_at, turn.end_at)], gone)
    return list(subtract_spans([Span(start, end)], merge_spans(covered, Span)))
