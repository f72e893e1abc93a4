"""Rows of a list as finished strings: a template that formats costs more than the query (performance.md, P1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.models import Desk
from helpdesk.agent.queue_queries import Row
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.entries import CHANNEL_LABELS
from helpdesk.shared.times import format_age, format_timespan, to_iso
from tickets.models import State, get_word_key

SOON = timedelta(hours=1)
LOWEST_RANK = 4  # the lowest that a mark is drawn for


def describe_rows(rows: Iterable[Row], *, desk: Desk, now: datetime) -> list[dict[str, Any]]:
    """Each row as agent/queue/_rows.html says."""
    ticket, _, _ = reverse("agent:ticket", args=[0]).rpartition("0")
    account, _, _ = reverse("agent:account", args=[0]).rpartition("0")
    return [
        _describe(row, desk, now, f"{ticket}{row.number}/", f"{account}{row.account_id}/")
        for row in rows
    ]


def _describe(row: Row, desk: Desk, now: datetime, url: str, account_url: str) -> dict[str, Any]:
    word = get_word_key(row.status, row.first_responded_at, row.reopen_until)
    return {
        "url": url,
        "number": f"{desk.ticket_prefix}-{row.number}",
        "subject": row.subject,
        "channel": row.channel,
        "channel_label": CHANNEL_LABELS[row.channel],
        "requester": row.contact_name or row.contact_email,
        "account": row.account,
        "account_url": account_url,
        "status": row.status,
        "status_word": desk.word_for(word),
        "priority_rank": min(row.rank, LOWEST_RANK),
        "priority_name": row.priority,
        "assignee_initials": get_initials(row.assignee) if row.assignee else "",
        "assignee_name": row.assignee,
        "assignee_tone": get_tone(row.assignee) if row.assignee else "",
        "updated_iso": to_iso(row.updated_at),
        "updated_text": format_age(row.updated_at, now=now),
        "unread": row.unread,
        **describe_deadline(
            row.due_at,
            row.met_at or row.first_responded_at,
            has_ended=row.status == State.CLOSED,
            now=now,
        ),
    }


def describe_deadline(
    due_at: datetime | None, answered_at: datetime | None, *, has_ended: bool, now: datetime
) -> dict[str, Any]:
    """How a first-response promise stands: due_iso, due_state, due_text, due_live (includes/deadline.html).

    answered_at: of the first answer, in time or late; has_ended: without one, by the close of the ticket.
    """
    if due_at is None:
        return _deadline("", "none", "")
    if answered_at is not None:
        late = answered_at - due_at
        if late <= timedelta(0):
            return _deadline(to_iso(answered_at), "met", "Met")
        return _deadline(to_iso(answered_at), "late", f"{format_timespan(late)} late")
    left = due_at - now
    if has_ended:
        return (
            _deadline("", "none", "")
            if left > timedelta(0)
            else _deadline(to_iso(due_at), "late", "Missed")
        )
    if left < timedelta(0):
        return _deadline(to_iso(due_at), "overdue", f"{format_timespan(left)} overdue", live=True)
    return _deadline(
        to_iso(due_at), "soon" if left <= SOON else "ok", f"in {format_timespan(left)}", live=True
    )


def _deadline(iso: str, state: str, text: str, *, live: bool = False) -> dict[str, Any]:
    return {"due_iso": iso, "due_state": state, "due_text": text, "due_live": live}
