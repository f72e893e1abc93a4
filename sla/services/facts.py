"""Facts that entries of clocks and events about them keep."""

from __future__ import annotations

from typing import Any

from sla.models import Clock
from sla.services.book import get_book
from sla.targets import Found
from tickets.models import Ticket

# Of an entry's facts, what the history says of a deadline and its terms.
SHOWN = ("due_at", "started_at", "plan", "priority", "policy", "target", "cause", "was_due_at")


def collect_times(clock: Clock) -> dict[str, Any]:
    """Return the times of a run, and what they were calculated from."""
    return {
        "run": clock.run,
        "started_at": clock.started_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "seconds": clock.target_seconds,
        "calendar": clock.calendar_id,
        "version": clock.calendar_version,
        "pauses": list(clock.pauses),
    }


def collect_facts(ticket: Ticket, clock: Clock, found: Found, cause: str) -> dict[str, Any]:
    """Return everything that is needed to calculate the deadline again, and why it applies."""
    target, policy = found.target, found.policy
    book = get_book(ticket)
    plan_id = ticket.account.plan_id if ticket.account else None
    return collect_times(clock) | {
        "target": {
            "id": target.pk,
            "unit": target.unit,
            "amount": target.amount,
            "by_minute": target.by_minute,
        },
        "calendar_name": target.required_calendar.name,
        "policy": policy.name if policy else "",
        "policy_version": policy.version if policy else None,
        "plan": book.plan_names.get(plan_id, "") if plan_id else "",
        "priority": book.priority_names.get(ticket.priority_id, ""),
        "account_status": target.account_status,
        "cause": cause,
    }


def summarize(found: Found, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what an event keeps of these facts."""
    kept = {name: facts[name] for name in SHOWN if facts.get(name)}
    return kept | {"calendar": found.target.required_calendar.name, "version": facts["version"]}
