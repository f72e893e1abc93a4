"""The shift for which an agent's emails wait."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Agent
from routing.availability import StaffFacts, find_next_on_shift, is_on_shift
from routing.candidates import list_staff
from tickets.models import NotificationSettings


def find_waiting_end(agent: Agent, at: datetime) -> datetime | None:
    """Return until when an agent's emails wait. None if they don't: on shift, or without shifts."""
    chosen = NotificationSettings.objects.filter(agent=agent).first()
    if chosen and not chosen.waits_for_shift:
        return None
    facts = find_facts(agent)
    if facts is None or is_on_shift(facts, at):
        return None
    return find_next_on_shift(facts, at)


def find_facts(agent: Agent) -> StaffFacts | None:
    """Return an agent's working times, or None for who is assigned no tickets."""
    return next((one.facts for one in list_staff(agent.desk) if one.agent.pk == agent.pk), None)
