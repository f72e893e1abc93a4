"""The note of a handover: what the agent who takes over has to know. Stored as facts.

Pages show it in the reader's language (helpdesk/agent/handover_notes.py). Texts are referred to,
not copied, so that erasing a person leaves none behind.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tickets.models import NO_DEADLINE, Message, Note, Ticket, TicketSummary


def make_note(ticket: Ticket) -> dict[str, Any]:
    """Return the facts of a ticket for the next agent. Three queries.

    status: a word key of the desk. waiting_since: of the customer, or None. due_at and due_kind: of
    the earliest deadline. asked: ID of the customer's latest message. note: ID of the latest
    internal note, in which agents leave the next step. summary: ID of the ticket's newest summary.
    """
    asked = Message.objects.filter(ticket=ticket, contact__isnull=False, is_automatic=False)
    notes = Note.objects.filter(ticket=ticket)
    summaries = TicketSummary.objects.filter(ticket=ticket)
    return {
        "status": ticket.word_key,
        "waiting_since": _to_iso(ticket.unanswered_since),
        "due_at": None if ticket.due_at == NO_DEADLINE else ticket.due_at.isoformat(),
        "due_kind": ticket.due_kind,
        "asked": asked.order_by("-created_at", "-id").values_list("pk", flat=True).first(),
        "note": notes.order_by("-created_at", "-id").values_list("pk", flat=True).first(),
        "summary": summaries.order_by("-version").values_list("pk", flat=True).first(),
    }


def _to_iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
