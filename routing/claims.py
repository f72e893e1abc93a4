"""The claim of an agent for a ticket: presence, load and capacity, read and taken in one statement.

Each claim raises a counter of the agent's Rotation row. A claim succeeds only if the counter is
still the one of its own snapshot, in which it counted the load, so two tickets never take the last
place. An agent whom another transaction is claiming is skipped; if all are, it tries again after a
pause. It never waits for a row: a claim that came too late keeps its lock on that row, so two that
wait for each other's rows would be a deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import Any

import structlog

from accounts.database.rows import fetch_prepared
from routing.availability import get_idle_limit
from routing.loads import write_load
from routing.models import PresenceState
from routing.sql import CHOICE, IS_INACTIVE
from tickets.models import NOBODY, EmergencyState, Ticket

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 25
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05  # seconds; all attempts together take about one second
NO_LIMIT = 2**31 - 1
URGENT_RANK = 1  # the desk's highest priority
# Emergencies, which are as urgent whatever the ticket's priority.
EMERGENCIES = frozenset(
    {
        EmergencyState.REPORTED.value,
        EmergencyState.ACCEPTED.value,
        EmergencyState.COURTESY.value,
    }
)

# Order of preference. For a preference, a higher load is accepted.
NAMED_ENGINEER, LAST_AGENT, HOME_REGION, ANYONE, ON_CALL = range(5)

# A ticket that weighs more than the whole capacity takes all of it. Agents on call outside of their
# shifts get urgent tickets and emergencies only; how long ago they were active doesn't matter.
CLAIM = f"""
WITH ticket AS (
  SELECT coalesce(p.weight, 1) AS weight,
    %(is_emergency)s::bool OR coalesce(p.rank = {URGENT_RANK}, false) AS is_urgent,
    c.named_engineer_id AS engineer, c.home_region_id AS region,
    (SELECT q.assignee_id FROM tickets_queuerow q
      WHERE %(prefers_last)s::bool AND q.desk_id = %(desk)s AND q.account_id = %(account)s
        AND q.assignee_id <> {NOBODY} AND q.ticket_id <> %(ticket)s
      ORDER BY q.updated_at DESC LIMIT 1) AS last
  FROM (SELECT 1) AS one LEFT JOIN tickets_priority p ON p.id = %(priority)s
    LEFT JOIN accounts_account c ON c.id = %(account)s
), seen AS MATERIALIZED (
  SELECT r.id, r.agent_id, r.claims, given.capacity, {write_load("r.agent_id")} AS load,
    ticket.weight,
    CASE WHEN given.is_on_call
        THEN NOT ticket.is_urgent OR {CHOICE} = '{PresenceState.AWAY.value}'
      WHEN {CHOICE} = '{PresenceState.ON_CALL.value}' THEN NOT ticket.is_urgent
      ELSE {CHOICE} <> '{PresenceState.AVAILABLE.value}'
    END AS is_away,
    NOT given.is_on_call AND {IS_INACTIVE} AS is_inactive,
    CASE WHEN given.is_on_call THEN {ON_CALL}
      WHEN r.agent_id = ticket.engineer THEN {NAMED_ENGINEER}
      WHEN r.agent_id = ticket.last THEN {LAST_AGENT}
      WHEN given.region = ticket.region THEN {HOME_REGION} ELSE {ANYONE} END AS preference
  FROM ticket, unnest(%(agents)s::bigint[], %(capacities)s::bigint[], %(regions)s::bigint[],
      %(on_call)s::bool[]) AS given(agent_id, capacity, region, is_on_call)
    JOIN routing_rotation r ON r.agent_id = given.agent_id
    LEFT JOIN routing_presence own ON own.agent_id = r.agent_id
), free AS (
  SELECT * FROM seen
  WHERE NOT is_away AND NOT is_inactive AND load + least(weight, capacity) <= capacity
), claimed AS (
  UPDATE routing_rotation SET last_assigned_at = %(at)s::timestamptz, claims = claims + 1
  WHERE id = (
    SELECT r.id FROM routing_rotation r JOIN free ON free.id = r.id
    WHERE r.claims = free.claims
    ORDER BY free.preference, free.load, r.last_assigned_at ASC NULLS FIRST, r.id
    LIMIT 1 FOR NO KEY UPDATE OF r SKIP LOCKED)
  RETURNING id
)
SELECT seen.agent_id, seen.load, seen.capacity, seen.preference, seen.is_away,
  seen.is_inactive, free.id IS NOT NULL AS is_free, claimed.id IS NOT NULL AS is_claimed
FROM seen LEFT JOIN free USING (id) LEFT JOIN claimed USING (id)
"""  # noqa: S608 (names and enum values of our own)


@dataclass(frozen=True, slots=True)
class Claimant:
    """An agent who can be claimed, on shift or on call.

    capacity: None for no limit.
    """

    agent_id: int
    capacity: int | None
    region_id: int | None
    is_on_call: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent's presence, load and capacity as the claim read them, before it took one."""

    agent_id: int
    load: int
    capacity: int
    preference: int
    is_away: bool
    is_inactive: bool
    is_free: bool
    is_claimed: bool


def claim_agent(ticket: Ticket, claimants: Sequence[Claimant], *, at: datetime) -> list[Standing]:
    """Claim the best of the agents for a ticket; return what is known about all of them.

    None is claimed if all are away, inactive or at capacity. Must run in a transaction: the claim
    holds until it ends.
    """
    params = _bind(ticket, claimants, at)
    pause = FIRST_PAUSE
    for _attempt in range(MAX_ATTEMPTS):
        standings = [Standing(**row) for row in fetch_prepared(CLAIM, params)]
        if any(one.is_claimed for one in standings) or not any(one.is_free for one in standings):
            return standings
        sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    log.warning("claims_contended", ticket=ticket.pk)  # the sweep tries again within a minute
    return standings


def _bind(ticket: Ticket, claimants: Sequence[Claimant], at: datetime) -> dict[str, Any]:
    idle = get_idle_limit(ticket.desk)
    return {
        "desk": ticket.desk_id,
        "ticket": ticket.pk,
        "priority": ticket.priority_id,
        "account": ticket.account_id or 0,
        "prefers_last": ticket.desk.prefers_last_agent,
        "active_since": at - idle if idle else None,
        "is_emergency": ticket.emergency in EMERGENCIES,
        "agents": [one.agent_id for one in claimants],
        "capacities": [NO_LIMIT if one.capacity is None else one.capacity for one in claimants],
        "regions": [one.region_id or 0 for one in claimants],
        "on_call": [one.is_on_call for one in claimants],
        "at": at,
    }
