"""Picking the agent who takes a ticket: on shift, not away, right level and department, longest without one.

The turn is kept in narrow Rotation rows. A pick claims one row under a lock that others skip, so two tickets at
the same moment go to two agents and never wait for one another while there is anybody else.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from accounts.models import Agent, Level
from routing.candidates import Crew
from routing.models import Rotation, Shift
from routing.shifts import ShiftFacts, is_on_shift


def pick_agent(crew: Crew, *, level: Level, at: datetime) -> tuple[Agent | None, str]:
    """Claim the agent whose turn it is; gives the agent, or None, and why in a sentence.

    Must run in a transaction: the claim holds until it ends.
    """
    if not crew.candidates:
        return None, f"Nobody at {level.label} works for this department."
    present = [one for one in crew.candidates if not one.is_away and is_on_shift(one.shifts, at)]
    if not present:
        return None, f"Nobody at {level.label} who works for this department is on shift."
    _join([one.agent for one in present if not one.has_turn])
    claimed = _claim([one.agent.pk for one in present], at=at)
    agent = next(one.agent for one in present if one.agent.pk == claimed)
    return agent, f"{agent} is on shift at {level.label} and has waited longest for a ticket."


def make_shift_facts(shift: Shift) -> ShiftFacts:
    return ShiftFacts(shift.weekday, shift.start_minute, shift.end_minute, shift.time_zone)


def _join(newcomers: list[Agent]) -> None:
    """Give a place in the turn to agents who have none yet: theirs is the next ticket."""
    if newcomers:
        places = [Rotation(desk_id=agent.desk_id, agent=agent) for agent in newcomers]
        Rotation.objects.bulk_create(places, ignore_conflicts=True)


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
