"""Notifications as each agent chose to get them, written in one statement."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.database.rows import fetch_prepared
from tickets.models import Topic
from tickets.notify.topics import BY_EMAIL, URGENT
from tickets.queueing import Queue, TaskName, queue_once_after_commit

# Whoever reads a notification in time gets no email about it.
READING_TIME = timedelta(minutes=2)

PUSH = TaskName("helpdesk.tasks.push_notifications_of_desk", queue=Queue.INTERACTIVE)
CHAT = TaskName("helpdesk.tasks.chat_notifications_of_desk", queue=Queue.INTERACTIVE)

# What an agent doesn't want to see in Plumbline counts as read. What they want in no way is left
# out. What is due belongs to a notification that this very statement wrote. Devices and team chat
# get it at once. What an agent wants on devices without having one is emailed and shown instead.
WRITE = """
WITH given AS (
  SELECT * FROM unnest(%(agents)s::bigint[], %(events)s::bigint[], %(tickets)s::bigint[],
    %(kinds)s::text[], %(data)s::jsonb[], %(keys)s::text[], %(times)s::timestamptz[],
    %(topics)s::text[], %(emailed)s::boolean[], %(due)s::timestamptz[])
  AS given(agent_id, event_id, ticket_id, kind, data, key, created_at, topic, by_email, due_at)
), chosen AS (
  SELECT g.agent_id, g.event_id, g.ticket_id, g.kind, g.data, g.key, g.created_at, g.due_at,
    coalesce(c.in_page, TRUE) OR o.is_out_of_reach AS in_page,
    coalesce(c.by_email, g.by_email) OR o.is_out_of_reach AS by_email,
    coalesce(c.by_push, FALSE) AS by_push, coalesce(c.by_chat, FALSE) AS by_chat
  FROM given g
  LEFT JOIN tickets_notificationchoice c ON c.agent_id = g.agent_id AND c.topic = g.topic
  CROSS JOIN LATERAL (
    SELECT coalesce(c.by_push, FALSE) AND NOT EXISTS (
      SELECT FROM tickets_pushsubscription s WHERE s.agent_id = g.agent_id
    ) AS is_out_of_reach
  ) o
), written AS (
  INSERT INTO tickets_notification
    (desk_id, agent_id, event_id, ticket_id, kind, data, key, created_at, read_at)
  SELECT %(desk)s::bigint, agent_id, event_id, ticket_id, kind, data, key, created_at,
    CASE WHEN in_page THEN NULL ELSE created_at END
  FROM chosen WHERE in_page OR by_email OR by_push OR by_chat
  ON CONFLICT DO NOTHING
  RETURNING id, agent_id, event_id, key
), due AS (
  SELECT w.id, w.agent_id, c.due_at, c.created_at, c.by_email, c.by_push, c.by_chat
  FROM written w JOIN chosen c ON c.agent_id = w.agent_id AND c.key = w.key
    AND c.event_id IS NOT DISTINCT FROM w.event_id
), emails AS (
  INSERT INTO tickets_notificationemail (desk_id, notification_id, agent_id, due_at, attempts)
  SELECT %(desk)s::bigint, id, agent_id, due_at, 0 FROM due WHERE by_email
), pushes AS (
  INSERT INTO tickets_notificationpush
    (desk_id, notification_id, subscription_id, agent_id, due_at, attempts)
  SELECT %(desk)s::bigint, d.id, s.id, d.agent_id, d.created_at, 0
  FROM due d JOIN tickets_pushsubscription s ON s.agent_id = d.agent_id
  WHERE d.by_push
  RETURNING id
), chats AS (
  INSERT INTO tickets_notificationchat (desk_id, notification_id, agent_id, due_at)
  SELECT %(desk)s::bigint, id, agent_id, created_at FROM due WHERE by_chat
  RETURNING id
)
SELECT (SELECT count(*) FROM written) AS told, (SELECT count(*) FROM pushes) AS pushes,
  (SELECT count(*) FROM chats) AS chats
"""


@dataclass(frozen=True, slots=True)
class NewNotification:
    """A notification before it is written: of an event of a ticket, or of a kind with its data."""

    agent_id: int
    topic: Topic
    at: datetime
    event_id: int | None = None
    ticket_id: int | None = None
    kind: str = ""
    data: Mapping[str, Any] | None = field(default=None)
    key: str = ""


def write_notifications(desk_id: int, new: Sequence[NewNotification]) -> int:
    """Write notifications of a desk, and what is due by the ways that their agents chose.

    Return how many notifications were written.

    An agent is notified once of an event or a key, however often this runs.
    """
    if not new:
        return 0
    given: dict[str, Any] = {
        "desk": desk_id,
        "agents": [one.agent_id for one in new],
        "events": [one.event_id for one in new],
        "tickets": [one.ticket_id for one in new],
        "kinds": [one.kind for one in new],
        "data": [json.dumps(one.data) if one.data is not None else None for one in new],
        "keys": [one.key for one in new],
        "times": [one.at for one in new],
        "topics": [one.topic.value for one in new],
        "emailed": [one.topic in BY_EMAIL for one in new],
        "due": [one.at if one.topic in URGENT else one.at + READING_TIME for one in new],
    }
    [row] = fetch_prepared(WRITE, given)
    for task, due in ((PUSH, row["pushes"]), (CHAT, row["chats"])):
        if due:
            queue_once_after_commit(task, desk_id=desk_id)
    return int(row["told"])
