"""Statements of the lead's board. They count tickets of the whole desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from helpdesk.agent.sql import PRIORITY_NAME, quote_values
from helpdesk.agent.statements import Query
from tickets.events import EventKind
from tickets.models import ACTIVE_STATES, NOBODY


@dataclass(frozen=True, slots=True)
class Lane:
    """The open tickets of a department at a level.

    oldest: since when the customer who has waited longest has had no reply, or None.
    """

    department: str | None
    department_id: int | None
    level: str
    open_tickets: int
    unassigned: int
    unanswered: int
    oldest: datetime | None
    soon: int
    breached: int


LANES = f"""
SELECT d.name AS department, t.department_id, t.level, count(*) AS open_tickets,
  count(*) FILTER (WHERE t.assignee_id = {NOBODY}) AS unassigned,
  count(t.unanswered_since) AS unanswered,
  min(t.unanswered_since) AS oldest,
  count(*) FILTER (WHERE t.due_at >= %(at)s AND t.due_at <= %(soon)s) AS soon,
  count(*) FILTER (WHERE t.due_at < %(at)s) AS breached
FROM tickets_queuerow t LEFT JOIN accounts_department d ON d.id = t.department_id
WHERE t.desk_id = %(desk)s AND t.is_open
GROUP BY d.position, d.name, t.department_id, t.level
ORDER BY d.position NULLS LAST, d.name, t.level
"""  # noqa: S608 (a constant)


def select_lanes(desk_id: int, *, at: datetime, soon: datetime) -> Query[Lane]:
    """Return the statement of the open tickets by department and level. One scan of them."""
    return Query(LANES, {"desk": desk_id, "at": at, "soon": soon}, Lane)


@dataclass(frozen=True, slots=True)
class HourCount:
    """Events of a kind in an hour of the day, 0 to 23."""

    hour: int
    kind: str
    amount: int


COUNTED = (EventKind.SLA_BREACHED, EventKind.LEFT_UNASSIGNED)
HOURS = f"""
SELECT extract(hour FROM e.at AT TIME ZONE %(zone)s)::int AS hour, e.kind, count(*) AS amount
FROM tickets_ticketevent e
WHERE e.desk_id = %(desk)s AND e.at >= %(since)s AND e.at < %(until)s
  AND e.kind IN ({quote_values(COUNTED)})
GROUP BY 1, 2
"""  # noqa: S608 (values of an enum)


def select_hours(desk_id: int, *, since: datetime, until: datetime, zone: str) -> Query[HourCount]:
    """Return the statement of breaches and unassigned tickets by hour of the day in a time zone."""
    params = {"desk": desk_id, "since": since, "until": until, "zone": zone}
    return Query(HOURS, params, HourCount)


@dataclass(frozen=True, slots=True)
class Unassigned:
    """An unassigned ticket that needs an agent. reason: why it has none, as JSON, or None."""

    number: int
    subject: str
    priority: str
    since: datetime
    reason: str | None


UNASSIGNED = f"""
SELECT q.number, q.subject, {PRIORITY_NAME} AS priority, q.updated_at AS since,
  t.route_reasons -> -1 AS reason
FROM (
  SELECT ticket_id, number, subject, priority_id, updated_at FROM tickets_queuerow
  WHERE desk_id = %(desk)s AND assignee_id = {NOBODY}
    AND status IN ({quote_values(ACTIVE_STATES)})
  ORDER BY updated_at LIMIT %(most)s
) q
JOIN tickets_ticket t ON t.id = q.ticket_id
JOIN tickets_priority priority ON priority.id = q.priority_id
ORDER BY q.updated_at
"""  # noqa: S608 (constants)


def select_unassigned(desk_id: int, *, most: int) -> Query[Unassigned]:
    """Return the statement of the tickets that need an agent, longest unchanged first."""
    params = {"desk": desk_id, "most": most, "language": get_language()}
    return Query(UNASSIGNED, params, Unassigned)


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A handover that its receiver hasn't claimed yet."""

    number: int
    subject: str
    priority: str
    since: datetime
    sender: str | None
    receiver: str | None


UNCLAIMED = f"""
SELECT t.number, t.subject, {PRIORITY_NAME} AS priority, h.created_at AS since,
  sender.name AS sender, receiver.name AS receiver
FROM routing_handover h
JOIN tickets_queuerow t ON t.ticket_id = h.ticket_id
JOIN tickets_priority priority ON priority.id = t.priority_id
LEFT JOIN accounts_agent sender ON sender.id = h.sender_id
LEFT JOIN accounts_agent receiver ON receiver.id = h.receiver_id
WHERE h.desk_id = %(desk)s AND h.ended_at IS NULL AND h.claimed_at IS NULL
ORDER BY h.created_at LIMIT %(most)s
"""  # noqa: S608 (constants)


def select_unclaimed(desk_id: int, *, most: int) -> Query[Unclaimed]:
    """Return the statement of the unclaimed handovers, oldest first."""
    params = {"desk": desk_id, "most": most, "language": get_language()}
    return Query(UNCLAIMED, params, Unclaimed)
