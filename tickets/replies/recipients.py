"""Recipients of a pending reply: when it was written, and now."""

from __future__ import annotations

from typing import Any

from tickets.models import Participant, PendingReply, Ticket
from tickets.services.merged import find_end


def describe_recipients(ticket: Ticket) -> dict[str, Any]:
    """Return who gets a public reply now: requester, followers, and if the sender is unverified.

    Of a merged ticket, those of the ticket that continues it. RECIPIENTS in
    helpdesk/agent/ticket_page/pending.py is the same in SQL.
    """
    end = find_end(ticket)
    followers = Participant.objects.filter(ticket=end).order_by("contact_id")
    return {
        "contact": end.contact_id,
        "unverified": end.is_unverified,
        "followers": list(followers.values_list("contact_id", flat=True)),
    }


def have_recipients_changed(pending: PendingReply) -> bool:
    """Return True if a reply would go to others than when it was written."""
    written_for = pending.recipients
    return written_for is not None and written_for != describe_recipients(pending.ticket)
