"""Assignment by rotation: on shift, not away, right level and department, longest without a ticket.

The order is kept in narrow Rotation rows. A pick claims one row under a lock that others skip, so
two tickets at the same moment go to two agents, and neither waits while another agent is free.
"""

from __future__ import annotations

from copy import copy
from datetime import datetime

from accounts.models import Agent, Level
from accounts.rows import fetch_prepared
from routing.availability import is_on_shift
from routing.candidates import Candidates
from routing.models import Rotation, Shift
from routing.shifts import ShiftFacts
from routing.sql import TAKES_NEW
from tickets.reasons import ReasonCode, make_reason


def pick_agent(
    candidates: Candidates, *, level: Level, at: datetime
) -> tuple[Agent | None, dict[str, str]]:
    """Claim the agent who is next in rotation; return the agent, or None, and the reason.

    Must run in a transaction: the claim holds until it ends.
    """
    if not candidates.agents:
        return None, make_reason(ReasonCode.NO_AGENT_IN_DEPARTMENT, level=level.value)
    present = [one for one in candidates.agents if is_on_shift(one.facts, at)]
    if not present:
        return None, make_reason(ReasonCode.NO_AGENT_ON_SHIFT, level=level.value)
    _join([one.agent for one in present if not one.has_turn])
    claimed = _claim([one.agent.pk for one in present], at=at)
    if claimed is None:
        return None, make_reason(ReasonCode.NO_AGENT_ON_SHIFT, level=level.value)
    # A copy: candidates are kept, and what is read later of an agent stays with the instance.
    agent = copy(next(one.agent for one in present if one.agent.pk == claimed))
    return agent, make_reason(ReasonCode.NEXT_IN_ROTATION, agent=str(agent), level=level.value)


def make_shift_facts(shift: Shift) -> ShiftFacts:
    """Return a shift as the pure value that is_on_shift takes."""
    return ShiftFacts(
        shift.weekday,
        shift.start_minute,
        shift.end_minute,
        shift.time_zone,
        shift.works_on_holidays,
    )


def _join(newcomers: list[Agent]) -> None:
    """Add agents to the rotation; newcomers come first."""
    if newcomers:
        rows = [Rotation(desk_id=agent.desk_id, agent=agent) for agent in newcomers]
        Rotation.objects.bulk_create(rows, ignore_conflicts=True)


# The agent whose last assignment is longest ago. An agent whom another transaction is claiming is
# skipped; only when all are, the second form waits.
CLAIM = """
UPDATE routing_rotation SET last_assigned_at = %(at)s WHERE id = (
  SELECT r.id FROM routing_rotation r WHERE r.agent_id = ANY(%(agents)s)
    AND {present}
  ORDER BY r.last_assigned_at ASC NULLS FIRST, r.id LIMIT 1 FOR NO KEY UPDATE {skip}
) RETURNING agent_id
"""


def _claim(agent_ids: list[int], *, at: datetime) -> int | None:
    for skip in ("SKIP LOCKED", ""):
        statement = CLAIM.format(skip=skip, present=TAKES_NEW)
        for row in fetch_prepared(statement, {"at": at, "agents": agent_ids}):
            return int(row["agent_id"])
    return None
