"""Statements of the lead's part of the start page. Each reads a limited number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpdesk.agent.statements import Query
from tickets.events import EventKind
from tickets.models import State

MAX_COUNTED = 1000
MAX_EXAMINED = 5000


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts since a time, each up to MAX_COUNTED plus one.

    breached: targets that were missed. reopened: tickets that were reopened, also if they
    are closed again; of the MAX_EXAMINED tickets that changed last.
    """

    breached: int
    reopened: int


QUALITY = f"""
WITH active AS MATERIALIZED (
  SELECT t.ticket_id FROM tickets_queuerow t
  WHERE t.desk_id = %(desk)s AND t.updated_at >= %(since)s
  ORDER BY t.updated_at DESC LIMIT %(examined)s::bigint)
SELECT
  (SELECT count(*) FROM (
    SELECT FROM tickets_ticketevent e
    WHERE e.desk_id = %(desk)s AND e.at >= %(since)s AND e.kind = '{EventKind.SLA_BREACHED}'
    LIMIT %(most)s::bigint) missed) AS breached,
  (SELECT count(*) FROM (
    SELECT FROM active WHERE EXISTS (
      SELECT FROM tickets_ticketevent e
      WHERE e.ticket_id = active.ticket_id AND e.at >= %(since)s AND (
        e.kind = '{EventKind.TICKET_REOPENED}'
        OR (e.kind = '{EventKind.CUSTOMER_RESPONDED}'
          AND e.data -> 'status' ->> 0 = '{State.CLOSED}')))
    LIMIT %(most)s::bigint) again) AS reopened
"""  # noqa: S608 (values of enums)


def select_quality(desk_id: int, *, since: datetime) -> Query[Quality]:
    """Return the statement of a desk's quality since a time."""
    limits = {"most": MAX_COUNTED + 1, "examined": MAX_EXAMINED}
    return Query(QUALITY, {"desk": desk_id, "since": since} | limits, Quality)
