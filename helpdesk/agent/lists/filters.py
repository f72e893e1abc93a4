"""Filters and orders of ticket lists: the parameters of their URLs (M31)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet

from accounts.models import Agent, Level
from helpdesk.agent.lists.queue_queries import MAX_UNREAD, SOON
from helpdesk.shared.cursors import BY_PRIORITY, LAST_CHANGE, Order
from helpdesk.shared.numbers import MAX_DIGITS, parse_number
from tickets.models import NOBODY, Channel, Notification, QueueRow, State


class Attention(TextChoices):
    UNREAD = "unread", _("Unread by me")
    REPLY = "answer", _("Needs a reply")


class Due(TextChoices):
    PASSED = "passed", _("Overdue")
    SOON = "soon", _("Due within an hour")


class AssigneeChoice(TextChoices):
    ME = "me", pgettext_lazy("assignee", "Me")
    NOBODY = "nobody", _("Unassigned")


class Sort(TextChoices):
    DEADLINE = "deadline", _("Next deadline")
    ACTIVITY = "activity", _("Last activity")
    NEWEST = "newest", _("Newest")
    OLDEST = "oldest", _("Oldest")
    PRIORITY = "priority", _("Priority")
    WAITING = "waiting", _("Longest without a reply")


ORDERS = {
    Sort.DEADLINE: Order(("due_at", "ticket_id")),
    Sort.ACTIVITY: LAST_CHANGE,
    Sort.NEWEST: Order(("number",), is_descending=True),
    Sort.OLDEST: Order(("number",)),
    Sort.PRIORITY: BY_PRIORITY,
    Sort.WAITING: Order(("unanswered_since", "ticket_id")),
}
# Closed tickets have no running clock, and are too many to sort by anything without an index.
USUAL = tuple(sort for sort in Sort if sort != Sort.WAITING)  # only some tickets wait
ALWAYS = (Sort.ACTIVITY, Sort.NEWEST, Sort.OLDEST)
WITH_CLOSED = frozenset({"all", State.CLOSED.value})
BY_ACTIVITY = WITH_CLOSED | {State.INVESTIGATING.value, State.WAITING.value, State.ESCALATED.value}

UNKNOWN_FILTER = _("This link contains a filter that doesn't exist here.")

# What a view has decided already: it neither offers nor takes a second choice of it.
_DECIDED = {
    "mine": {"assignee"},
    "unassigned": {"assignee"},
    "overdue": {"due"},
    "soon": {"due"},
    "unanswered": {"needs"},
    **{view: {"due"} for view in WITH_CLOSED},
}


def list_sorts(view: str) -> tuple[Sort, ...]:
    """Return the orders a view can be shown in; the first is its default."""
    if view in WITH_CLOSED:
        return ALWAYS
    own = Sort.ACTIVITY if view in BY_ACTIVITY else Sort.DEADLINE
    if view == "unanswered":
        return (Sort.WAITING, *USUAL)
    if view == Level.RND:  # by severity, then by due time (M19)
        own = Sort.PRIORITY
    return (own, *(sort for sort in USUAL if sort != own))


def list_filters(view: str | None) -> list[str]:
    """Return the names of a view's filters, in the order of their form. None: of a search."""
    decided = set(_DECIDED.get(view or "", ()))
    if view in State.values:
        decided.add("status")
    if view in Level.values:
        decided.add("level")
    if parse_number(view) is not None:
        decided.add("department")
    return [name for name in TicketFilter.base_filters if name not in decided]


class IdFilter(Filter):
    """A filter by the id of a related row."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name, min_value=1, max_value=10**MAX_DIGITS - 1)


class TicketFilter(FilterSet):
    """Tickets of a view that match every active filter. at: the time of "overdue"."""

    status = ChoiceFilter(choices=State.choices, method="filter_status")
    priority = IdFilter("priority_id")
    department = IdFilter("department_id")
    level = ChoiceFilter(choices=Level.choices)
    assignee = CharFilter(method="filter_assignee")
    account = IdFilter("account_id")
    channel = ChoiceFilter(choices=Channel.choices)
    needs = ChoiceFilter(choices=Attention.choices, method="filter_needs")
    due = ChoiceFilter(choices=Due.choices, method="filter_due")

    def __init__(
        self, data: dict[str, str], tickets: QuerySet[QueueRow], *, agent: Agent, at: datetime
    ) -> None:
        super().__init__(data, tickets)
        self.agent, self.at = agent, at

    def filter_status(
        self, tickets: QuerySet[QueueRow], name: str, value: str
    ) -> QuerySet[QueueRow]:
        """Keep tickets in a state, using the index of open or of all tickets."""
        return tickets.filter(status=value, is_open=value != State.CLOSED)

    def filter_assignee(
        self, tickets: QuerySet[QueueRow], name: str, value: str
    ) -> QuerySet[QueueRow]:
        """Filter by "me", "nobody" or an agent's id. Raises ValidationError for anything else."""
        if value == AssigneeChoice.ME:
            return tickets.filter(assignee_id=self.agent.pk)
        if value == AssigneeChoice.NOBODY:
            return tickets.filter(assignee_id=NOBODY)
        agent_id = parse_number(value)
        if agent_id is None:
            raise forms.ValidationError(UNKNOWN_FILTER)
        return tickets.filter(assignee_id=agent_id)

    def filter_needs(
        self, tickets: QuerySet[QueueRow], name: str, value: str
    ) -> QuerySet[QueueRow]:
        """Keep tickets with unread notifications of this agent, or with unanswered messages."""
        if value == Attention.REPLY:
            return tickets.filter(is_open=True, unanswered_since__isnull=False)
        unread = Notification.objects.filter(
            agent=self.agent, read_at__isnull=True, ticket__isnull=False
        ).order_by("-id")
        return tickets.filter(pk__in=unread.values("ticket_id")[:MAX_UNREAD])

    def filter_due(self, tickets: QuerySet[QueueRow], name: str, value: str) -> QuerySet[QueueRow]:
        """Keep open tickets with a deadline that has passed, or within the hour."""
        open_tickets = tickets.filter(is_open=True)
        if value == Due.PASSED:
            return open_tickets.filter(due_at__lt=self.at)
        return open_tickets.filter(due_at__gte=self.at, due_at__lte=self.at + SOON)


# Filters with an index that includes closed tickets. For open tickets, every filter is indexed.
_INDEXED = {"account", "assignee", "status"}


def split_filters(view: str, filters: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the filters of a view that have an index, and those that need a walk over tickets."""
    if view not in WITH_CLOSED:
        return filters, {}
    indexed = {name: value for name, value in filters.items() if name in _INDEXED}
    return indexed, {name: value for name, value in filters.items() if name not in _INDEXED}


def apply_filters(
    tickets: QuerySet[QueueRow], filters: dict[str, str], *, agent: Agent, at: datetime
) -> QuerySet[QueueRow]:
    """Return the tickets that match every filter. Raises ValidationError for an unknown value."""
    if not filters:
        return tickets
    filtered = TicketFilter(filters, tickets, agent=agent, at=at)
    if not filtered.is_valid():
        raise forms.ValidationError(UNKNOWN_FILTER)
    found: QuerySet[Any, Any] = filtered.qs
    return found
