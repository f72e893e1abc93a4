"""Shifts of agents in tests."""

from __future__ import annotations

from accounts.models import Agent
from routing.models import Shift


def set_shift(agent: Agent, start: int, end: int, *, time_zone: str = "UTC") -> None:
    """Let an agent work every day from one hour to another. No hours: never."""
    Shift.objects.filter(agent=agent).delete()
    if start == end:
        return
    Shift.objects.bulk_create(
        Shift(
            desk_id=agent.desk_id,
            agent=agent,
            weekday=weekday,
            start_minute=start * 60,
            end_minute=end * 60,
            time_zone=time_zone,
        )
        for weekday in range(7)
    )
