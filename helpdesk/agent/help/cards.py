"""Typed contexts of the pages of requests for help, attention and escalated accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.help.sql import HelpRow
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import (
    format_ago,
    format_datetime,
    format_time_left,
    format_title,
    to_iso,
)
from tickets.models import HelpRequest, HelpState

TONES: dict[str, str] = {
    HelpState.ANSWERED: "green",
    HelpState.DOCUMENTED: "green",
    HelpState.DEFECT: "violet",
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
