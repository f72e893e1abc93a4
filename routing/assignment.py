"""Picking the agent who takes a ticket: on shift, not away, right level and department, longest without one.

The turn is kept in narrow Rotation rows. A pick claims one row under a lock that others skip, so two tickets at
the same moment go to two agents and never wait for one another while there is anybody else.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import connection
from django.db.models import Q

from accounts.models import Agent, Level, Role
from routing.models import Rotation, Shift
from routing.shifts import ShiftFacts, is_on_shift
from tickets.models import Ticket


def pick_agent(ticket: Ticket, *, at: datetime) -> tuple[Agent | None, str]:
    """Claim the agent whose turn it is; gives the agent, or None, and why in a sentence.

    Must run in a transaction: the claim holds until it ends.
    """
    level = Level(ticket.level).label
    able = able_agents(ticket)
    if not able:
        return None, f"Nobody at {level} works for this department."
    shifts = _read_shifts(able)
    present = [agent for agent in able if not _is_away(agent) and is_on_shift(shifts[agent.pk], at)]
    if not present:
        return None, f"Nobody at {level} who works for this department is on shift."
    _join(present)
    claimed = _claim([agent.pk for agent in present], at=at)
    agent = next(agent for agent in present if agent.pk == claimed)
    return agent, f"{agent} is on shift at {level} and has waited longest for a ticket."


def able_agents(ticket: Ticket) -> list[Agent]:
    """The agents whose level, department and role fit the ticket, present or not."""
    fitting = Q(desk_id=ticket.desk_id, is_active=True, level=ticket.level) & ~Q(role=Role.OBSERVER)
    if ticket.department_id:
        fitting &= Q(agentdepartment__department_id=ticket.department_id)
    return list(Agent.objects.filter(fitting).select_related("rotation").order_by("pk"))


def _is_away(agent: Agent) -> bool:
    rotation: Rotation | None = getattr(agent, "rotation", None)
    return rotation is not None and rotation.is_away


def _read_shifts(agents: list[Agent]) -> dict[int, list[ShiftFacts]]:
    """The shifts of each agent, as values: a desk has hundreds, and every new ticket reads them (P6)."""
    rows = Shift.objects.filter(agent__in=agents).order_by()
    shifts: dict[int, list[ShiftFacts]] = defaultdict(list)
    columns = ("agent_id", "weekday", "start_minute", "end_minute", "time_zone")
    for agent_id, *facts in rows.values_list(*columns):
        shifts[agent_id].append(ShiftFacts(*facts))
    return shifts


def facts_of(shift: Shift) -> ShiftFacts:
    return ShiftFacts(shift.weekday, shift.start_minute, shift.end_minute, shift.time_zone)


def _join(agents: list[Agent]) -> None:
    """Give a place in the turn to agents who have none yet: theirs is the next ticket."""
    new = [agent for agent in agents if getattr(agent, "rotation", None) is None]
    if new:
        Rotation.objects.bulk_create(
            [Rotation(desk_id=agent.desk_id, agent=agent) for agent in new], ignore_conflicts=True
        )


# The one who has waited longest. Whoever another transaction is just claiming is passed over; only when all are,
# the second form waits.
CLAIM = """
UPDATE routing_rotation SET last_assigned_at = %s WHERE id = (
  SELECT id FROM routing_rotation WHERE agent_id = ANY(%s)
  ORDER BY last_assigned_at ASC NULLS FIRST, id LIMIT 1 FOR NO KEY UPDATE {skip}
) RETURNING agent_id
"""


def _claim(agent_ids: list[int], *, at: datetime) -> int:
    with connection.cursor() as cursor:
        for skip in ("SKIP LOCKED", ""):
            cursor.execute(CLAIM.format(skip=skip), [at, agent_ids])
            if claimed := cursor.fetchone():
                return int(claimed[0])
    raise Rotation.DoesNotExist(f"None of the agents {agent_ids} has a place in the turn.")
