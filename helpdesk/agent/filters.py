"""What a queue can be narrowed down by, and sorted by: the parameters of its address (M31)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet, TextChoices
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet

from accounts.models import Agent
from helpdesk.agent.queue_queries import MAX_UNREAD
from helpdesk.agent.rows import SOON
from helpdesk.shared.cursors import LAST_CHANGE, Order
from helpdesk.shared.numbers import MAX_DIGITS, parse_number
from tickets.models import OPEN_STATES, Channel, Notification, State, Ticket


class Needs(TextChoices):
    UNREAD = "unread", "Unread by me"
    ANSWER = "answer", "Waits for our answer"


class Due(TextChoices):
    PASSED = "passed", "Deadline passed"
    SOON = "soon", "Due within an hour"


class Someone(TextChoices):
    ME = "me", "Me"
    NOBODY = "nobody", "Nobody"


class Sort(TextChoices):
    DEADLINE = "deadline", "Next deadline"
    ACTIVITY = "activity", "Last activity"
    NEWEST = "newest", "Newest"
    OLDEST = "oldest", "Oldest"
    PRIORITY = "priority", "Priority"


ORDERS = {
    Sort.DEADLINE: Order(("due_at", "id")),
    Sort.ACTIVITY: LAST_CHANGE,
    Sort.NEWEST: Order(("number",), is_descending=True),
    Sort.OLDEST: Order(("number",)),
    Sort.PRIORITY: Order(("priority__rank", "due_at", "id")),
}
# Of what is closed no promise runs, and it is too much to be sorted by anything that has no index.
ALWAYS = (Sort.ACTIVITY, Sort.NEWEST, Sort.OLDEST)
WITH_CLOSED = frozenset({"all", State.CLOSED.value})
BY_ACTIVITY = WITH_CLOSED | {State.INVESTIGATING.value, State.WAITING.value, State.ESCALATED.value}

GONE = "A filter of this address does not exist."

# What a view has decided already: no second choice of it is offered or taken.
_DECIDED = {
    "mine": {"assignee"},
    "unassigned": {"assignee"},
    "overdue": {"due"},
    **{view: {"due"} for view in WITH_CLOSED},
}


def list_sorts(view: str) -> tuple[Sort, ...]:
    """The orders that a view can be shown in; the first is its own."""
    if view in WITH_CLOSED:
        return ALWAYS
    own = Sort.ACTIVITY if view in BY_ACTIVITY else Sort.DEADLINE
    return (own, *(sort for sort in Sort if sort != own))


def list_filters(view: str | None) -> list[str]:
    """The names of the filters of a view, in the order of their form; None: of a search."""
    decided = set(_DECIDED.get(view or "", ()))
    if view in State.values:
        decided.add("status")
    if parse_number(view) is not None:
        decided.add("department")
    return [name for name in TicketFilter.base_filters if name not in decided]


class IdFilter(Filter):
    """Rows of the id that an address holds."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name, min_value=1, max_value=10**MAX_DIGITS - 1)


class TicketFilter(FilterSet):
    """Tickets of a view that fit all that was chosen. agent: who asks; at: the time of "overdue"."""

    status = ChoiceFilter(choices=State.choices)
    priority = IdFilter("priority_id")
    department = IdFilter("department_id")
    assignee = CharFilter(method="filter_assignee")
    account = IdFilter("account_id")
    channel = ChoiceFilter(choices=Channel.choices)
    needs = ChoiceFilter(choices=Needs.choices, method="filter_needs")
    due = ChoiceFilter(choices=Due.choices, method="filter_due")

    def __init__(
        self, data: dict[str, str], tickets: QuerySet[Ticket], *, agent: Agent, at: datetime
    ) -> None:
        super().__init__(data, tickets)
        self.agent, self.at = agent, at

    def filter_assignee(self, tickets: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        """ "me", "nobody", or an agent's id. Raises ValidationError for anything else."""
        if value == Someone.ME:
            return tickets.filter(assignee=self.agent)
        if value == Someone.NOBODY:
            return tickets.filter(assignee__isnull=True)
        agent_id = parse_number(value)
        if agent_id is None:
            raise forms.ValidationError(GONE)
        return tickets.filter(assignee_id=agent_id)

    def filter_needs(self, tickets: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        """Tickets with news for this agent, or whose customer has to hear from the desk."""
        if value == Needs.ANSWER:
            return tickets.filter(
                status__in=[state for state in OPEN_STATES if state != State.WAITING]
            )
        unread = Notification.objects.filter(agent=self.agent, read_at__isnull=True).order_by("-id")
        return tickets.filter(pk__in=unread.values("ticket_id")[:MAX_UNREAD])

    def filter_due(self, tickets: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        """Undone tickets whose first answer is overdue, or will be within the hour."""
        undone = tickets.filter(status__in=OPEN_STATES)
        if value == Due.PASSED:
            return undone.filter(due_at__lt=self.at)
        return undone.filter(due_at__gte=self.at, due_at__lte=self.at + SOON)


def narrow(
    tickets: QuerySet[Ticket], chosen: dict[str, str], *, agent: Agent, at: datetime
) -> QuerySet[Ticket]:
    """The tickets that fit the chosen filters. Raises ValidationError for a value that there is not."""
    if not chosen:
        return tickets
    narrowed = TicketFilter(chosen, tickets, agent=agent, at=at)
    if not narrowed.is_valid():
        raise forms.ValidationError(GONE)
    found: QuerySet[Any, Any] = narrowed.qs
    return found
