"""Rows of handovers: who had a ticket, who has it now, the note between them, and its claim."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Agent
from routing.models import Handover, HandoverCause
from tickets.changes import Change
from tickets.writes import Write

# The open handover of the ticket ends before the new row is inserted: there is at most one.
RECORD = """
handed AS (
  UPDATE routing_handover SET ended_at = %(handed_at)s::timestamptz
  WHERE ticket_id = %(handed_ticket)s AND ended_at IS NULL RETURNING id),
handover AS (
  INSERT INTO routing_handover (desk_id, ticket_id, sender_id, receiver_id, cause, note,
    created_at, until, alarm_at, claimed_at)
  SELECT %(handed_desk)s, %(handed_ticket)s, %(handed_from)s::bigint, %(handed_to)s::bigint,
    %(handed_cause)s, %(handed_note)s::jsonb, %(handed_at)s::timestamptz,
    %(handed_until)s::timestamptz, %(handed_alarm)s::timestamptz, %(handed_claimed)s::timestamptz
  FROM (SELECT count(*) FROM handed) AS before)
"""
END = """
ended AS (
  UPDATE routing_handover SET ended_at = %(ended_at)s::timestamptz
  WHERE ticket_id = %(ended_ticket)s AND ended_at IS NULL)
"""
# Only the receiver accepts a handover; for one without, its assignee by now. Who works on a ticket
# of someone who left owns it: that handover is done.
CLAIM = f"""
claimed_handover AS (
  UPDATE routing_handover SET claimed_at = %(claimed_at)s::timestamptz,
    ended_at = CASE WHEN cause = '{HandoverCause.DEPARTURE.value}'
      THEN %(claimed_at)s::timestamptz END
  WHERE ticket_id = %(claimed_ticket)s AND ended_at IS NULL AND claimed_at IS NULL
    AND coalesce(receiver_id, %(claimed_holder)s::bigint) = %(claimed_by)s::bigint)
"""  # noqa: S608 (values of our own enum)


def record_handover(
    change: Change,
    *,
    sender: Agent | None,
    cause: HandoverCause,
    note: dict[str, Any],
    until: datetime | None = None,
    alarm_at: datetime | None = None,
    claimed_at: datetime | None = None,
) -> None:
    """Add the handover of a ticket to its new assignee to a change; the previous one ends.

    until: when the sender is back. alarm_at: when leads are told if it is unclaimed.
    """
    ticket = change.ticket
    given = {
        "handed_desk": ticket.desk_id,
        "handed_ticket": ticket.pk,
        "handed_from": sender and sender.pk,
        "handed_to": ticket.assignee_id,
        "handed_cause": cause.value,
        "handed_note": json.dumps(note),
        "handed_at": change.at,
        "handed_until": until,
        "handed_alarm": alarm_at,
        "handed_claimed": claimed_at,
    }
    change.write(Write(RECORD, given))


def end_handover(change: Change) -> None:
    """End the handover of a ticket, if one is open."""
    change.write(Write(END, {"ended_at": change.at, "ended_ticket": change.ticket.pk}))


def claim_handover(change: Change) -> None:
    """Mark the open handover of a ticket as claimed, if the acting agent is its receiver."""
    given = {
        "claimed_at": change.at,
        "claimed_ticket": change.ticket.pk,
        "claimed_holder": change.ticket.assignee_id,
        "claimed_by": change.by.id,
    }
    change.write(Write(CLAIM, given))


def list_unclaimed(ticket_id: int, agent: Agent) -> QuerySet[Handover]:
    """Return the open handover of a ticket to an agent who hasn't claimed it."""
    return Handover.objects.filter(
        ticket_id=ticket_id, receiver=agent, ended_at__isnull=True, claimed_at__isnull=True
    )
