"""Events and their deliveries as rows: one part of a statement for all of them (P6, P9).

Only tickets/changes.py calls this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from tickets.models import DeliveryState, TicketEvent
from tickets.writes import Write

# The deliveries of an event keep the order of the followers: a slow one comes last in settings.
WRITE = f"""
given AS (
  SELECT * FROM ROWS FROM (json_to_recordset(%(events)s::text::json) AS (
    desk_id bigint, ticket_id bigint, kind text, at timestamptz, actor_kind text, actor_id bigint,
    actor_name text, channel text, data jsonb
  )) WITH ORDINALITY AS given(
    desk_id, ticket_id, kind, at, actor_kind, actor_id, actor_name, channel, data, place
  )
), written AS (
  INSERT INTO tickets_ticketevent
    (desk_id, ticket_id, kind, at, actor_kind, actor_id, actor_name, channel, data)
  SELECT desk_id, ticket_id, kind, at, actor_kind, actor_id, actor_name, channel, data
  FROM given ORDER BY place
  RETURNING id, desk_id, kind, at
), due AS (
  INSERT INTO tickets_eventdelivery
    (desk_id, event_id, follower, state, attempts, next_try_at, last_error)
  SELECT w.desk_id, w.id, l.follower, '{DeliveryState.DUE.value}', 0, w.at, ''
  FROM written w JOIN unnest(%(kinds)s::text[], %(followers)s::text[]) WITH ORDINALITY
    AS l(kind, follower, place) ON l.kind = w.kind
  WHERE {{wanted}}
  ORDER BY w.id, l.place
  RETURNING event_id
)
"""  # noqa: S608 (a constant of our own)
WANTED = "(l.follower <> '{key}' OR EXISTS (SELECT FROM {table} n WHERE n.desk_id = w.desk_id))"
WRITTEN = """(SELECT array_agg(id ORDER BY id) FROM written) AS event_ids,
  (SELECT coalesce(array_agg(DISTINCT event_id), '{}') FROM due) AS due_ids"""


def make_row(event: TicketEvent) -> dict[str, Any]:
    """Return an event without an ID in the form that ``write_rows`` takes."""
    return {
        "desk_id": event.desk_id,
        "ticket_id": event.ticket_id,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "channel": event.channel,
        "data": event.data,
    }


def write_rows(
    rows: Sequence[dict[str, Any]],
    *,
    listening: Iterable[tuple[str, str]],
    needed: Mapping[str, str],
) -> Write:
    """Return the part of a statement that writes events in order.

    It returns event_ids, and due_ids of those with deliveries. listening: pairs (kind, key of a
    LATER follower); each event gets a delivery per follower. needed: the table in which a desk
    needs rows by key of a follower; without any, that follower gets no delivery.
    """
    pairs = list(listening)
    given: dict[str, Any] = {
        "events": json.dumps(rows),
        "kinds": [kind for kind, _ in pairs],
        "followers": [follower for _, follower in pairs],
    }
    return Write(_write_sql(tuple(sorted(needed.items()))), given, WRITTEN)


@cache
def _write_sql(needed: tuple[tuple[str, str], ...]) -> str:
    conditions = [WANTED.format(key=key, table=table) for key, table in needed]
    return WRITE.format(wanted=" AND ".join(conditions) or "TRUE")
