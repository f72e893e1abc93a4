"""Presence at the hotline against shifts: who should be connected, and isn't (M55).

The phone system says who is connected, routing who is on shift. Neither knows the other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Agent, Desk
from channels_intake.telephone.presence import read_connected
from routing.availability import find_shift_start, is_on_shift
from routing.candidates import Candidate, list_staff
from routing.staff.missing import REPORTED_FOR, list_leads
from tickets.notifications import HOTLINE_MISSING, notify_staff

PATIENCE = timedelta(minutes=15)  # unless the desk says how soon it reports missing agents


def list_disconnected(desk: Desk, at: datetime) -> list[Candidate]:
    """Return the agents on shift whom the phone system knows, and who aren't connected to it."""
    connected = read_connected(desk.pk, at=at)
    if False not in connected.values():
        return []
    there = [one for one in list_staff(desk) if is_on_shift(one.facts, at)]
    addresses = _read_addresses([one.agent.pk for one in there])
    return [one for one in there if connected.get(addresses.get(one.agent.pk, "")) is False]


def _read_addresses(agent_ids: list[int]) -> dict[int, str]:
    agents = Agent.objects.filter(pk__in=agent_ids)
    return dict(agents.values_list("pk", "user__email"))


def report_disconnected(*, desk_id: int, at: datetime) -> int:
    """Notify leads of agents who haven't connected since their shift began. Return how many.

    Each lead is notified once per agent and shift, however often this runs.
    """
    desk = Desk.objects.get(pk=desk_id)
    patience = timedelta(minutes=desk.missing_minutes) or PATIENCE
    missing = [
        (one.agent, start)
        for one in list_disconnected(desk, at)
        if (start := find_shift_start(one.facts, at)) and patience <= at - start < REPORTED_FOR
    ]
    leads = list_leads(desk_id) if missing else []
    for agent, start in missing:
        begun = start.isoformat()
        notify_staff(
            desk_id=desk_id,
            agents=[lead for lead in leads if lead != agent.pk],
            kind=HOTLINE_MISSING,
            data={"agent": agent.name, "start_at": begun},
            key=f"{HOTLINE_MISSING}:{agent.pk}:{begun}",
            at=at,
        )
    return len(missing)
