"""The context of the start page: a fixed number of statements, each with a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.lists.filters import APPROVAL, MENTIONED, ORDERS, Sort
from helpdesk.agent.lists.queue_queries import select_rows
from helpdesk.agent.lists.rows import build_rows
from helpdesk.agent.lists.views import select_view
from helpdesk.agent.start.components import HandedOver, Measure, Shortlist
from helpdesk.agent.start.day import describe_day
from helpdesk.agent.start.sql import MAX_COUNTED, select_quality
from helpdesk.shared.cursors import LAST_CHANGE, Order
from helpdesk.shared.numbers import format_capped_count
from helpdesk.shared.urls import get_url
from helpdesk.shared.waiting_mail import describe_waiting_mail
from helpdesk.shared.wording.times import format_ago, to_iso
from routing.handover.listing import list_open_handovers
from tickets.models import NO_DEADLINE, QueueRow
from tickets.replies.approving import can_approve
from tickets.rules.visibility import ROLES_SEEING_ALL

SHOWN = 6  # tickets of a list
DAYS = 7  # of the lead's numbers


def build_start(agent: Agent, *, at: datetime) -> dict[str, Any]:
    """Return the context of agent/start/page.html."""
    mine = select_view(agent, "mine", at=at)
    is_lead = agent.role in ROLES_SEEING_ALL
    return {
        "lists": tuple(
            _build(agent, *each, at=at)
            for each in (
                (_DUE, mine.filter(due_at__lt=NO_DEADLINE)),
                (_ANSWERED, mine.filter(unanswered_since__isnull=False)),
                (_MENTIONED, select_view(agent, MENTIONED, at=at)),
            )
        ),
        "approvals": _build_approvals(agent, at=at),
        "late_mail": describe_waiting_mail(agent.desk, at=at),
        "handovers": _list_handovers(agent, at),
        "handovers_url": get_url("agent:handovers"),
        "my_day": describe_day(agent, at),
        "measures": _measure(agent, at) if is_lead else (),
        "waiting": _build(agent, _WAITING, select_view(agent, "unanswered", at=at), at=at)
        if is_lead
        else None,
        "board_url": get_url("agent:board") if is_lead else "",
        "days": DAYS,
    }


_DUE, _ANSWERED, _MENTIONED, _WAITING = "due", "answered", "mentions", "waiting"
# Of each list: its order, and the queue's view with all of it.
_ORDERS: dict[str, tuple[Order, dict[str, str]]] = {
    _DUE: (ORDERS[Sort.DEADLINE], {"view": "mine"}),
    _ANSWERED: (ORDERS[Sort.WAITING], {"view": "unanswered", "assignee": "me"}),
    _MENTIONED: (LAST_CHANGE, {"view": MENTIONED}),
    APPROVAL: (LAST_CHANGE, {"view": APPROVAL}),
    _WAITING: (ORDERS[Sort.WAITING], {"view": "unanswered"}),
}


def _build(agent: Agent, key: str, tickets: QuerySet[QueueRow], *, at: datetime) -> Shortlist:
    order, query = _ORDERS[key]
    found = select_rows(tickets, agent, order=order, size=SHOWN).fetch()
    title, empty = _get_words(key)
    return Shortlist(
        key=key,
        title=title,
        rows=tuple(build_rows(found[:SHOWN], desk=agent.desk, now=at)),
        empty=empty,
        more_url=get_url("agent:queue", query=query) if len(found) > SHOWN else "",
        by_waiting=key in (_ANSWERED, _WAITING),
    )


def _build_approvals(agent: Agent, *, at: datetime) -> Shortlist | None:
    """Return the tickets with replies that the agent may approve, with their number, if any."""
    if not can_approve(agent):
        return None
    tickets = select_view(agent, APPROVAL, at=at)
    shortlist = _build(agent, APPROVAL, tickets, at=at)
    if not shortlist.rows:
        return None
    count = len(shortlist.rows)
    if shortlist.more_url:
        count = tickets[: MAX_COUNTED + 1].count()
    return replace(shortlist, count=format_capped_count(count, MAX_COUNTED))


def _get_words(key: str) -> tuple[str, str]:
    """Return the title of a list, and what is said if it's empty."""
    return {
        _DUE: (_("Due next"), _("None of your tickets has a deadline.")),
        _ANSWERED: (_("Waiting for your reply"), _("Every one of your customers has a reply.")),
        _MENTIONED: (_("Mentions"), _("No mentions yet.")),
        APPROVAL: (_("Waiting for approval"), ""),
        _WAITING: (_("Waiting longest"), _("Every customer has a reply.")),
    }[key]


def _list_handovers(agent: Agent, at: datetime) -> tuple[HandedOver, ...]:
    """Return the tickets that were handed over to the agent, the newest first."""
    found = list_open_handovers(agent, only_waiting=True)
    return tuple(
        HandedOver(
            url=get_url("agent:ticket", one.ticket.number),
            number=one.ticket.reference,
            subject=one.ticket.subject,
            sender=str(one.sender or _("a former agent")),
            at_iso=to_iso(one.created_at),
            at_text=format_ago(one.created_at, now=at),
        )
        for one in found[:SHOWN]
    )


def _measure(agent: Agent, at: datetime) -> tuple[Measure, ...]:
    since = timezone.localtime(at) - timedelta(days=DAYS)
    (found,) = select_quality(agent.desk_id, since=since).fetch()
    return (
        Measure(
            format_capped_count(found.breached, MAX_COUNTED) or "0",
            _("Breached"),
            _("SLA targets missed"),
        ),
        Measure(
            format_capped_count(found.reopened, MAX_COUNTED) or "0",
            _("Reopened"),
            _("Reopened, even if closed again since"),
        ),
    )
