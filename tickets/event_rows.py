"""Events and their deliveries as rows: one statement, however many there are (P6, P9).

Only tickets/changes.py calls this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from tickets.models import DeliveryState, TicketEvent

# The deliveries of an event keep the order of the followers: a slow one comes last in settings.
WRITE = f"""
WITH given AS (
  SELECT * FROM ROWS FROM (json_to_recordset(%(events)s::json) AS (
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
  ORDER BY w.id, l.place
)
SELECT id FROM written ORDER BY id
"""  # noqa: S608 (a constant of our own)


def make_row(event: TicketEvent) -> dict[str, Any]:
    """Return an event that has no id yet in the form that ``write_rows`` takes."""
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
    rows: Sequence[dict[str, Any]], *, listening: Iterable[tuple[str, str]]
) -> list[int]:
    """Write events in their order; return their ids.

    listening: pairs (kind, key of a LATER follower); each event gets a delivery per follower.
    """
    pairs = list(listening)
    given: dict[str, Any] = {
        "events": json.dumps(rows),
        "kinds": [kind for kind, _ in pairs],
        "followers": [follower for _, follower in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, given)
        return [int(event_id) for (event_id,) in cursor.fetchall()]
