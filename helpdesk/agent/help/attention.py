"""Attention that colleagues ask for, and escalated accounts, as lines and cards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account, Agent
from helpdesk.agent.help.sql import EscalationRow
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago, format_datetime
from tickets.attention.access import can_ask, can_decide, find_escalation
from tickets.attention.asking import name_subject
from tickets.models import AccountEscalation, AttentionRequest, AttentionState

TONES: dict[str, str] = {AttentionState.ASKED: "amber", AttentionState.ACCEPTED: "green"}


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
