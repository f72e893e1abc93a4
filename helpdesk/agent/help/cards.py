"""Typed contexts of the pages of requests for help, attention and escalated accounts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account, Agent
from helpdesk.agent.help.sql import EscalationRow, HelpRow
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import (
    format_ago,
    format_datetime,
    format_time_left,
    format_title,
    to_iso,
)
from tickets.attention.access import can_ask, can_decide, find_escalation
from tickets.attention.asking import name_subject
from tickets.models import (
    AccountEscalation,
    AttentionRequest,
    AttentionState,
    HelpRequest,
    HelpState,
)

TONES: dict[str, str] = {
    HelpState.ANSWERED: "green",
    HelpState.DOCUMENTED: "green",
    HelpState.DEFECT: "violet",
    AttentionState.ASKED: "amber",
    AttentionState.ACCEPTED: "green",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine(Component):
    """A request for help in a list. title: the question, or what it's about."""

    url: str
    title: str
    detail: str
    state: str
    tone: str
    when_iso: str
    when_text: str
    when_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage(Component):
    """A request for help on its page. URLs are "" where the reader can't do it."""

    title: str
    question: str
    asked: str
    state: str
    tone: str
    due: str
    ended: str
    answer: str
    documentation_url: str
    ticket: str
    ticket_url: str
    defect: str
    defect_url: str
    answer_url: str
    withdrawal_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionLine(Component):
    """A request for attention in a list. decide_url: "" if the reader can't, or it's decided.

    account: of the ticket, "" without one, or if it's about the account as a whole.
    """

    subject: str
    account: str
    url: str
    urgency: str
    why: str
    asked: str
    state: str
    tone: str
    decision: str
    decide_url: str
    escalate_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationCard(Component):
    """An escalated account, on its tickets, its page, and the list of all. is_late: update due."""

    account: str
    url: str
    summary: str
    exit_criteria: str
    cadence: str
    is_late: bool


def describe_help_rows(rows: list[HelpRow], *, now: datetime) -> tuple[HelpLine, ...]:
    """Return the requests for help in a ticket's panel."""
    return tuple(
        _build_line(
            help_id=row.id,
            state=row.state,
            due_at=row.due_at,
            ended_at=row.ended_at,
            title=row.group,
            detail=row.question,
            now=now,
        )
        for row in rows
    )


def describe_help_line(asked: HelpRequest, *, now: datetime) -> HelpLine:
    """Return a request in the queue of its group."""
    ticket = asked.ticket
    named = {
        "ticket": ticket.reference,
        "subject": ticket.subject,
        "agent": asked.asked_by or _("a former agent"),
        "group": asked.group.name,
    }
    return _build_line(
        help_id=asked.pk,
        state=asked.state,
        due_at=asked.due_at,
        ended_at=asked.ended_at,
        title=asked.question[:200],
        detail=_("%(agent)s to %(group)s. %(ticket)s: %(subject)s") % named,
        now=now,
    )


def _build_line(
    *,
    help_id: int,
    state: str,
    due_at: datetime,
    ended_at: datetime | None,
    title: str,
    detail: str,
    now: datetime,
) -> HelpLine:
    shown, tone = describe_state(state, due_at, now=now)
    when = ended_at or due_at
    return HelpLine(
        url=get_url("agent:help_request", help_id),
        title=title,
        detail=detail,
        state=shown,
        tone=tone,
        when_iso=to_iso(when),
        when_text=format_ago(when, now=now) if ended_at else format_time_left(due_at - now),
        when_title=format_title(when),
    )


def describe_state(state: str, due_at: datetime, *, now: datetime) -> tuple[str, str]:
    """Return a request's state in words, and its tone: an open one may be overdue."""
    if state != HelpState.OPEN:
        return str(HelpState(state).label), TONES.get(state, "")
    return (_("Overdue"), "red") if due_at <= now else (str(HelpState.OPEN.label), "amber")


def describe_help_page(
    asked: HelpRequest, agent: Agent, *, can_answer: bool, now: datetime
) -> HelpPage:
    """Return a request for help as its page shows it."""
    state, tone = describe_state(asked.state, asked.due_at, now=now)
    may_withdraw = asked.is_open and (
        can_answer or (agent.can_write and asked.asked_by_id == agent.pk)
    )
    return HelpPage(
        title=_("Question to %(group)s") % {"group": asked.group},
        question=asked.question,
        asked=_("Asked by %(name)s, %(time)s")
        % {
            "name": asked.asked_by or _("a former agent"),
            "time": format_ago(asked.asked_at, now=now),
        },
        state=state,
        tone=tone,
        due=format_datetime(asked.due_at),
        ended=_describe_end(asked),
        answer=asked.answer,
        documentation_url=asked.url,
        ticket=f"{asked.ticket.reference} {asked.ticket.subject}",
        ticket_url=get_url("agent:ticket", asked.ticket.number),
        defect=str(asked.defect) if asked.defect else "",
        defect_url=get_url("agent:defect", asked.defect.number) if asked.defect else "",
        answer_url=get_url("agent:help_answer", asked.pk) if asked.is_open and can_answer else "",
        withdrawal_url=get_url("agent:help_withdrawal", asked.pk) if may_withdraw else "",
    )


def _describe_end(asked: HelpRequest) -> str:
    if asked.ended_at is None:
        return ""
    return _("%(name)s, %(time)s") % {
        "name": asked.ended_by or _("a former agent"),
        "time": format_datetime(asked.ended_at),
    }


def describe_attention(
    asked: AttentionRequest, *, can_decide: bool, escalated: Collection[int], now: datetime
) -> AttentionLine:
    """Return a request for attention in the list. escalated: IDs of the escalated accounts."""
    is_open = asked.state == AttentionState.ASKED
    is_free = asked.account_id is not None and asked.account_id not in escalated
    can_escalate = can_decide and asked.state == AttentionState.ACCEPTED and is_free
    return AttentionLine(
        subject=_name_subject(asked),
        account=asked.account.name if asked.ticket and asked.account else "",
        url=_get_subject_url(asked),
        urgency=str(asked.get_urgency_display()),
        why=asked.why,
        asked=_("Asked by %(name)s, %(time)s")
        % {
            "name": asked.asked_by or _("a former agent"),
            "time": format_ago(asked.asked_at, now=now),
        },
        state=str(asked.get_state_display()),
        tone=TONES.get(asked.state, ""),
        decision=_describe_decision(asked),
        decide_url=get_url("agent:attention_decision", asked.pk) if is_open and can_decide else "",
        escalate_url=get_url("agent:account_escalation", asked.account_id or 0)
        if can_escalate
        else "",
    )


def _name_subject(asked: AttentionRequest) -> str:
    if asked.ticket is None:
        return str(asked.account)
    return f"{name_subject(asked)} {asked.ticket.subject}"


def _get_subject_url(asked: AttentionRequest) -> str:
    if asked.ticket is None:
        return get_url("agent:account", asked.account_id or 0)
    return get_url("agent:ticket", asked.ticket.number)


def _describe_decision(asked: AttentionRequest) -> str:
    if asked.decided_at is None:
        return ""
    sentence = _("%(name)s, %(time)s: %(reason)s") if asked.decision else _("%(name)s, %(time)s")
    return sentence % {
        "name": asked.decided_by or _("a former agent"),
        "time": format_datetime(asked.decided_at),
        "reason": asked.decision,
    }


def describe_escalation(escalation: AccountEscalation, *, now: datetime) -> EscalationCard:
    """Return an escalated account for its own pages."""
    row = EscalationRow(
        account_id=escalation.account_id,
        lead=escalation.lead.name,
        exit_criteria=escalation.exit_criteria,
        cadence_hours=escalation.cadence_hours,
        next_update_at=escalation.next_update_at,
    )
    return describe_escalation_row(row, account=escalation.account.name, now=now)


def describe_escalation_row(row: EscalationRow, *, account: str, now: datetime) -> EscalationCard:
    """Return an escalated account for the top of one of its tickets."""
    named = {"lead": row.lead, "time": format_datetime(row.next_update_at)}
    is_late = row.next_update_at <= now
    if is_late:
        summary = _("Escalated account, led by %(lead)s. An update was due %(time)s.") % named
    else:
        summary = _("Escalated account, led by %(lead)s. Next update by %(time)s.") % named
    return EscalationCard(
        account=account,
        url=get_url("agent:account_escalation", row.account_id),
        summary=summary,
        exit_criteria=row.exit_criteria,
        cadence=ngettext(
            "Updates are promised every hour.",
            "Updates are promised every %(count)s hours.",
            row.cadence_hours,
        )
        % {"count": row.cadence_hours},
        is_late=is_late,
    )


def describe_attention_to(account: Account, agent: Agent, *, now: datetime) -> dict[str, Any]:
    """Return an account's escalation and what the agent can do about it. One query."""
    escalation = find_escalation(account)
    may_escalate = can_decide(agent) and escalation is None
    return {
        "escalation": describe_escalation(escalation, now=now) if escalation else None,
        "escalate_url": get_url("agent:account_escalation", account.pk) if may_escalate else "",
        "attention_url": get_url("agent:ask_account_attention", account.pk)
        if can_ask(agent, account)
        else "",
    }
