"""The tickets of each view of the queue."""

from __future__ import annotations

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
    if view in (named := _list_named(agent, tickets, at)):
        return named[view]
    open_tickets = tickets.filter(is_open=True)
    if view in Level.values:
        return open_tickets.filter(level=view)
    department_id = parse_number(view)
    if department_id is None:
        raise ValueError(view)
    return open_tickets.filter(department_id=department_id)


def _list_named(
    agent: Agent, tickets: QuerySet[QueueRow], at: datetime
) -> dict[str, QuerySet[QueueRow]]:
    open_tickets = tickets.filter(is_open=True)
    return {
        "": open_tickets,
        "all": tickets,
        "mine": leave_out_snoozed(open_tickets.filter(assignee_id=agent.pk), agent, at=at),
        "unanswered": leave_out_snoozed(
            open_tickets.filter(unanswered_since__isnull=False), agent, at=at
        ),
        SNOOZED: open_tickets.filter(pk__in=list_snoozed(agent, at=at).values("ticket_id")),
        "unassigned": open_tickets.filter(assignee_id=NOBODY),
        # A ticket changes when it closes, or later: the index of changes bounds the search.
        RECENTLY_CLOSED: tickets.filter(
            status=State.CLOSED,
            is_open=False,
            updated_at__gte=at - RECENT,
            closed_at__gte=at - RECENT,
        ),
        APPROVAL: tickets.filter(
            pk__in=list_waiting_for_approval(agent.desk_id).values("ticket_id")[:MAX_UNREAD]
        ),
        MENTIONED: tickets.filter(
            pk__in=list_newest_mentions(agent).values("ticket_id")[:MAX_UNREAD]
        ),
    }
