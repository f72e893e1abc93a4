"""The tickets of each view of the queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Agent, Level
from helpdesk.agent.lists.filters import APPROVAL, MENTIONED, RECENTLY_CLOSED, SNOOZED, UNREAD
from helpdesk.shared.numbers import parse_number
from tickets.access import queue_for_agent
from tickets.conditions.conditions import Condition
from tickets.conditions.values import MAX_UNREAD, Asked, Attention, Due
from tickets.models import NOBODY, QueueRow, State
from tickets.notes.mentions import list_newest_mentions
from tickets.replies.approving import list_waiting_for_approval
from tickets.work.snoozing import leave_out_snoozed, list_snoozed

RECENT = timedelta(days=7)
Tickets = QuerySet[QueueRow]

# Views that are one condition: the property's name and its value.
_BY_CONDITION = {
    "soon": ("due", Due.SOON.value),
    "overdue": ("due", Due.PASSED.value),
    UNREAD: ("needs", Attention.UNREAD.value),
    **{state: ("status", state) for state in State.values},
}


def select_view(agent: Agent, view: str, *, at: datetime) -> QuerySet[QueueRow]:
    """Return the tickets of a view that the agent may see.

    view: "" (open), "mine" and "unanswered" (both without "snoozed"), "unassigned", "soon" and
    "overdue" (at this time), "all", "unread", "mentioned", "approval", "snoozed", "recent"
    (closed), a state, a level, or a department's id. Each has its own index
    (tests/agent/test_queue_plans.py). Raises ValueError for anything else.
    """
    tickets = queue_for_agent(agent)
    if view in _BY_CONDITION:
        name, value = _BY_CONDITION[view]
        return tickets.filter(Condition(name, (value,)).compile(Asked(agent, at)))
    if view in _NAMED:
        return _NAMED[view](tickets, agent, at)
    open_tickets = tickets.filter(is_open=True)
    if view in Level.values:
        return open_tickets.filter(level=view)
    department_id = parse_number(view)
    if department_id is None:
        raise ValueError(view)
    return open_tickets.filter(department_id=department_id)


def _select_mine(tickets: Tickets, agent: Agent, at: datetime) -> Tickets:
    return leave_out_snoozed(tickets.filter(is_open=True, assignee_id=agent.pk), agent, at=at)


def _select_unanswered(tickets: Tickets, agent: Agent, at: datetime) -> Tickets:
    waiting = tickets.filter(is_open=True, unanswered_since__isnull=False)
    return leave_out_snoozed(waiting, agent, at=at)


def _select_snoozed(tickets: Tickets, agent: Agent, at: datetime) -> Tickets:
    return tickets.filter(is_open=True, pk__in=list_snoozed(agent, at=at).values("ticket_id"))


def _select_recently_closed(tickets: Tickets, _agent: Agent, at: datetime) -> Tickets:
    # A ticket changes when it closes, or later: the index of changes bounds the search.
    since = at - RECENT
    return tickets.filter(
        status=State.CLOSED, is_open=False, updated_at__gte=since, closed_at__gte=since
    )


def _select_for_approval(tickets: Tickets, agent: Agent, _at: datetime) -> Tickets:
    waiting = list_waiting_for_approval(agent.desk_id).values("ticket_id")
    return tickets.filter(pk__in=waiting[:MAX_UNREAD])


def _select_mentioned(tickets: Tickets, agent: Agent, _at: datetime) -> Tickets:
    return tickets.filter(pk__in=list_newest_mentions(agent).values("ticket_id")[:MAX_UNREAD])


# Other views with a name. A function for each, because building a query that isn't run takes as
# long as several rows of the page.
_NAMED: dict[str, Callable[[Tickets, Agent, datetime], Tickets]] = {
    "": lambda tickets, _agent, _at: tickets.filter(is_open=True),
    "all": lambda tickets, _agent, _at: tickets,
    "mine": _select_mine,
    "unanswered": _select_unanswered,
    SNOOZED: _select_snoozed,
    "unassigned": lambda tickets, _agent, _at: tickets.filter(is_open=True, assignee_id=NOBODY),
    RECENTLY_CLOSED: _select_recently_closed,
    APPROVAL: _select_for_approval,
    MENTIONED: _select_mentioned,
}
