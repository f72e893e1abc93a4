"""The facts of a ticket as its page shows them: header, promise, properties, requester (templates/agent/ticket)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.account_managers import list_managers
from accounts.match_reasons import describe_match_reason
from accounts.models import Account, AccountStatus, Agent, Contact, Desk
from helpdesk.agent.queue_queries import DepartmentCount
from helpdesk.agent.rows import LOWEST_RANK, describe_deadline
from helpdesk.agent.ticket_queries import Beside, Other
from helpdesk.shared.avatars import get_initials
from helpdesk.shared.entries import CHANNEL_LABELS, label_answers
from helpdesk.shared.times import (
    format_age,
    format_datetime,
    format_full_datetime,
    format_timespan,
    to_iso,
)
from sla.durations import format_duration
from tickets.models import CloseReason, State, Ticket, get_word_key
from tickets.reasons import describe_reason

ACCOUNT_TONES = {
    AccountStatus.CUSTOMER: "green",
    AccountStatus.TRIAL: "blue",
    AccountStatus.POTENTIAL: "blue",
    AccountStatus.POTENTIAL_VIP: "amber",
    AccountStatus.COMMUNITY: "",
}


def describe_ticket(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """The context ``ticket`` of agent/ticket/page.html."""
    own = reverse("agent:ticket", args=[ticket.number])
    return {
        "number": ticket.reference,
        "raw_number": ticket.number,
        "subject": ticket.subject,
        "channel": ticket.channel,
        "channel_label": CHANNEL_LABELS[ticket.channel],
        "status": ticket.status,
        "status_word": ticket.desk.word_for(ticket.word_key),
        "priority_rank": min(ticket.priority.rank, LOWEST_RANK),
        "priority_name": ticket.priority.name,
        "requester": str(ticket.contact),
        "opened_iso": to_iso(ticket.created_at),
        "opened_text": format_age(ticket.created_at, now=now),
        "opened_title": format_full_datetime(ticket.created_at),
        "closed_reason": _tell_close(ticket),
        "is_unverified": ticket.is_unverified,
        "queue_url": reverse("agent:queue"),
        "queue_title": "Tickets",
        "live_url": reverse("agent:stream"),
        "part_url": own,
        "panel_url": reverse("agent:panel", args=[ticket.number]),
    }


def _tell_close(ticket: Ticket) -> str:
    if ticket.status != State.CLOSED or ticket.closed_at is None:
        return ""
    reason = CloseReason(ticket.close_reason).label if ticket.close_reason else "no reason given"
    return f"Closed {format_datetime(ticket.closed_at)}: {reason}"


def describe_panel(
    ticket: Ticket,
    beside: Beside,
    *,
    agent: Agent,
    departments: list[DepartmentCount],
    now: datetime,
) -> dict[str, Any]:
    """The context of agent/ticket/_panel.html. The ticket comes from reading.find_ticket."""
    return {
        "clocks": _describe_clock(ticket, now),
        "properties": describe_properties(ticket, beside, agent=agent, departments=departments),
        "contact": outline_contact(ticket.contact),
        "account": outline_account(ticket.account) if ticket.account else None,
        "managers": list_managers(ticket.account, beside.managers),
        "reasons": [
            {"text": describe_match_reason(reason), "sure": not ticket.is_unverified}
            for reason in ticket.match_reasons
        ],
        "route_reasons": [describe_reason(reason) for reason in ticket.route_reasons],
        "answers": label_answers(ticket.fields, beside.asked),
        "people": [{"name": name, "email": email} for name, email in beside.informed],
        "participants_url": reverse("agent:participants", args=[ticket.number])
        if agent.can_write
        else "",
        "others": [_describe_other(other, ticket.desk) for other in beside.others],
    }


def _describe_clock(ticket: Ticket, now: datetime) -> list[dict[str, Any]]:
    clock = getattr(ticket, "clock", None)
    if clock is None:
        return []
    answered_at = clock.met_at or ticket.first_responded_at
    has_ended = ticket.status == State.CLOSED
    stands = describe_deadline(clock.due_at, answered_at, has_ended=has_ended, now=now)
    # What was promised, by the priority it was promised for: a clock that has ended keeps its own.
    terms = f"{clock.target.plan.name}, {clock.target.priority.name}: " if clock.target else ""
    used = ((answered_at or ticket.closed_at or now) - clock.started_at) / (
        clock.due_at - clock.started_at
    )
    return [
        {
            "name": "First response",
            "state": stands["due_state"],
            "due_iso": stands["due_iso"],
            "due_text": stands["due_text"],
            "due_live": stands["due_live"],
            "due_title": format_full_datetime(clock.due_at),
            "percent": round(100 * min(1.0, max(0.0, used))),
            "promise": f"{terms}{format_duration(clock.target_minutes)} in {clock.calendar}",
            "line": _tell_clock(clock.due_at, answered_at),
        }
    ]


def _tell_clock(due_at: datetime, answered_at: datetime | None) -> str:
    if answered_at is None:
        return f"Due {format_datetime(due_at)}"
    rest = due_at - answered_at
    side = "before" if rest.total_seconds() >= 0 else "after"
    return f"Answered {format_datetime(answered_at)}, {format_timespan(rest)} {side} the deadline"


def describe_properties(
    ticket: Ticket, beside: Beside, *, agent: Agent, departments: list[DepartmentCount]
) -> list[dict[str, Any]]:
    """Person, priority, department and level; each with its form where the agent may write."""

    def change(name: str) -> str:
        return reverse(f"agent:{name}", args=[ticket.number]) if agent.can_write else ""

    assignee = ticket.assignee.name if ticket.assignee else ""
    nobody = {"value": "", "label": "Nobody", "selected": not assignee}
    agents = [_option(*option, chosen=ticket.assignee_id) for option in beside.agents]
    ranks = [_option(*option, chosen=ticket.priority_id) for option in beside.priorities]
    filed = [_option(d.id, d.name, chosen=ticket.department_id) for d in departments]
    unfiled = [] if ticket.department_id else [{"value": "", "label": "None", "selected": True}]
    return [
        {
            "label": "Assignee",
            "kind": "person",
            "value": assignee or "Nobody",
            "initials": get_initials(assignee) if assignee else "",
            "action": change("assignee"),
            "name": "assignee",
            "options": [nobody, *agents],
            "expected": ticket.assignee_id or "",
        },
        {
            "label": "Priority",
            "kind": "priority",
            "value": ticket.priority.name,
            "rank": min(ticket.priority.rank, LOWEST_RANK),
            "action": change("priority"),
            "name": "priority",
            "options": ranks,
        },
        {
            "label": "Department",
            "value": ticket.department.name if ticket.department else "None",
            "action": change("department"),
            "name": "department",
            "options": [*unfiled, *filed],
        },
        {"label": "Level", "value": ticket.get_level_display()},
    ]


def _option(value: int, label: str, *, chosen: int | None) -> dict[str, Any]:
    return {"value": str(value), "label": label, "selected": value == chosen}


def outline_contact(contact: Contact) -> dict[str, str]:
    """Who a contact is, with the address of their page."""
    return {
        "name": str(contact),
        "initials": get_initials(str(contact)),
        "email": contact.email,
        "url": reverse("agent:customer", args=[contact.pk]),
    }


def outline_account(account: Account) -> dict[str, str]:
    """What an account is, with the address of its page. The account comes with its plan."""
    return {
        "name": account.name,
        "url": reverse("agent:account", args=[account.pk]),
        "status_word": account.get_status_display(),
        "status_tone": ACCOUNT_TONES[AccountStatus(account.status)],
        "plan": account.plan.name if account.plan else "",
    }


def _describe_other(other: Other, desk: Desk) -> dict[str, str]:
    return {
        "url": reverse("agent:ticket", args=[other.number]),
        "number": f"{desk.ticket_prefix}-{other.number}",
        "subject": other.subject,
        "status": other.status,
        "status_word": desk.word_for(
            get_word_key(other.status, other.first_responded_at, other.reopen_until)
        ),
    }
