"""The history of a ticket in sentences (M29). Pure but for the words of the desk: no query, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Desk, Level
from tickets.events import EventKind
from tickets.models import CloseReason, TicketEvent

Facts = Mapping[str, Any]
CLOSE_REASONS = {str(reason.value): str(reason.label) for reason in CloseReason}
LEVELS = {str(level.value): str(level.label) for level in Level}


def describe_event(event: TicketEvent, desk: Desk) -> str:
    """One sentence on what happened, with the actor, in the desk's words and the active time zone."""
    return SENTENCES[EventKind(event.kind)](_name(event), event.data, desk)


def _name(event: TicketEvent) -> str:
    return event.actor_name or event.get_actor_kind_display()


def _opened(who: str, facts: Facts, desk: Desk) -> str:
    parts = [f"{who} opened the ticket"]
    if facts.get("priority"):
        parts.append(f" with priority {facts['priority']}")
    if facts.get("follow_up_of"):
        parts.append(f", following up on {desk.ticket_prefix}-{facts['follow_up_of']}")
    if facts.get("unverified"):
        parts.append("; the sender is not proven")
    return "".join(parts) + "."


def _customer_responded(who: str, facts: Facts, desk: Desk) -> str:
    return f"{who} answered" + _moved(facts, desk) + "."


def _machine_responded(who: str, facts: Facts, desk: Desk) -> str:
    return f"An automatic answer from {who} arrived; it changes nothing."


def _agent_replied(who: str, facts: Facts, desk: Desk) -> str:
    first = " for the first time" if facts.get("is_first") else ""
    return f"{who} replied to the customer{first}" + _moved(facts, desk) + "."


def _note_added(who: str, facts: Facts, desk: Desk) -> str:
    return f"{who} wrote an internal note."


def _status_changed(who: str, facts: Facts, desk: Desk) -> str:
    before, after = facts["status"]
    return f"{who} changed the status from {desk.word_for(before)} to {desk.word_for(after)}."


def _closed(who: str, facts: Facts, desk: Desk) -> str:
    reason = facts.get("reason", "")
    return f"{who} closed the ticket: {CLOSE_REASONS.get(reason, reason or 'no reason given')}."


def _reopened(who: str, facts: Facts, desk: Desk) -> str:
    return f"{who} reopened the ticket."


def _escalated(who: str, facts: Facts, desk: Desk) -> str:
    before, after = (LEVELS.get(level, level) for level in facts["level"])
    return f"{who} escalated the ticket from {before} to {after}" + _because(facts)


def _assigned(who: str, facts: Facts, desk: Desk) -> str:
    before, after = facts["names"]
    if not after:
        return f"{who} took the ticket from {before} and gave it to nobody" + _because(facts)
    if after == who:
        return (
            f"{who} took the ticket" + (f" over from {before}" if before else "") + _because(facts)
        )
    return (
        f"{who} assigned the ticket to {after}"
        + (f", who takes over from {before}" if before else "")
        + _because(facts)
    )


def _unplaced(who: str, facts: Facts, desk: Desk) -> str:
    return "The ticket waits for somebody to take it" + _because(facts)


def _priority_changed(who: str, facts: Facts, desk: Desk) -> str:
    return f"{who} changed the priority from {facts['priority'][0]} to {facts['priority'][1]}."


def _terms_changed(who: str, facts: Facts, desk: Desk) -> str:
    terms = facts["terms"]
    plan = f"with the plan {terms['plan']}" if terms["plan"] else "without a plan"
    return f"{terms['account']} is now {terms['status']} {plan}."


VERIFIED_BY = {
    "sign_up": "following a link that was emailed to it",
    "email": "an email that its domain authenticated",
    "reply": "replying to an email that was sent to it",
}


def _sender_proven(who: str, facts: Facts, desk: Desk) -> str:
    account = f"of {facts['account']}" if facts.get("account") else "of no account"
    how = VERIFIED_BY[facts["how"]]
    return f"{who} verified the email address by {how}. The ticket, unverified before, is now {account}."


def _department_changed(who: str, facts: Facts, desk: Desk) -> str:
    before, after = facts["department"]
    if not before:
        return f"{who} filed the ticket under {after}" + _because(facts)
    return f"{who} moved the ticket from {before} to {after}" + _because(facts)


def _participant_added(who: str, facts: Facts, desk: Desk) -> str:
    return f"{who} added {facts['name']}, who gets the public mail of the ticket from now on."


def _reminded(who: str, facts: Facts, desk: Desk) -> str:
    until = _moment(facts.get("closes_at"))
    return "The customer was reminded" + (
        f"; without an answer the ticket closes on {until}." if until else "."
    )


def _sla_started(who: str, facts: Facts, desk: Desk) -> str:
    return f"The first response is promised by {_moment(facts['due_at'])}" + _promise(facts)


def _sla_replanned(who: str, facts: Facts, desk: Desk) -> str:
    before = _moment(facts.get("was_due_at"))
    origin = f" instead of {before}" if before else ""
    return f"The first response is now promised by {_moment(facts['due_at'])}{origin}" + _promise(
        facts
    )


def _sla_warned(who: str, facts: Facts, desk: Desk) -> str:
    return f"The first response comes due on {_moment(facts['due_at'])}."


def _sla_breached(who: str, facts: Facts, desk: Desk) -> str:
    return f"The first response is overdue; it was promised by {_moment(facts['due_at'])}."


def _sla_met(who: str, facts: Facts, desk: Desk) -> str:
    if facts.get("in_time", True):
        return f"The first response came in time; it was promised by {_moment(facts['due_at'])}."
    return f"The first response came late; it was promised by {_moment(facts['due_at'])}."


def _mail_released(who: str, facts: Facts, desk: Desk) -> str:
    how = (
        "and takes its sender as proven"
        if facts.get("proven")
        else "without taking its sender as proven"
    )
    return f"{who} released the mail from quarantine, {how}."


def _mail_sent(who: str, facts: Facts, desk: Desk) -> str:
    kind = {
        "reply": "The reply",
        "receipt": "The receipt",
        "reminder": "The reminder",
        "closed": "The closing mail",
    }
    return f"{kind.get(facts.get('mail_kind', ''), 'A mail')} was sent to {facts['to']}."


def _mail_delivered(who: str, facts: Facts, desk: Desk) -> str:
    return f"The mail to {facts['to']} was delivered."


def _mail_failed(who: str, facts: Facts, desk: Desk) -> str:
    return f"The mail to {facts['to']} could not be delivered" + _because(facts)


def _moved(facts: Facts, desk: Desk) -> str:
    if not facts.get("status") or facts["status"][0] == facts["status"][1]:
        return ""
    return f"; the ticket is now {desk.word_for(facts['status'][1])}"


def _because(facts: Facts) -> str:
    why = str(facts.get("why") or "").strip().rstrip(".")
    return f": {why}." if why else "."


def _promise(facts: Facts) -> str:
    named = ", ".join(
        str(facts[part]) for part in ("plan", "priority", "calendar") if facts.get(part)
    )
    return f" ({named})." if named else "."


def _moment(text: str | None) -> str:
    if not text:
        return ""
    local = timezone.localtime(datetime.fromisoformat(text))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


SENTENCES: dict[EventKind, Callable[[str, Facts, Desk], str]] = {
    EventKind.TICKET_OPENED: _opened,
    EventKind.CUSTOMER_RESPONDED: _customer_responded,
    EventKind.MACHINE_RESPONDED: _machine_responded,
    EventKind.AGENT_REPLIED: _agent_replied,
    EventKind.NOTE_ADDED: _note_added,
    EventKind.STATUS_CHANGED: _status_changed,
    EventKind.TICKET_CLOSED: _closed,
    EventKind.TICKET_REOPENED: _reopened,
    EventKind.ESCALATED: _escalated,
    EventKind.ASSIGNED: _assigned,
    EventKind.LEFT_UNASSIGNED: _unplaced,
    EventKind.PRIORITY_CHANGED: _priority_changed,
    EventKind.TERMS_CHANGED: _terms_changed,
    EventKind.DEPARTMENT_CHANGED: _department_changed,
    EventKind.SENDER_VERIFIED: _sender_proven,
    EventKind.PARTICIPANT_ADDED: _participant_added,
    EventKind.CUSTOMER_REMINDED: _reminded,
    EventKind.SLA_STARTED: _sla_started,
    EventKind.SLA_REPLANNED: _sla_replanned,
    EventKind.SLA_WARNED: _sla_warned,
    EventKind.SLA_BREACHED: _sla_breached,
    EventKind.SLA_MET: _sla_met,
    EventKind.MAIL_RELEASED: _mail_released,
    EventKind.MAIL_SENT: _mail_sent,
    EventKind.MAIL_DELIVERED: _mail_delivered,
    EventKind.MAIL_FAILED: _mail_failed,
}
