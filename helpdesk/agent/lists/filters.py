"""Filters and orders of ticket lists: the parameters of their URLs (M31)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Level
from helpdesk.shared.cursors import BY_DEADLINE, BY_PRIORITY, LAST_CHANGE, Order
from helpdesk.shared.numbers import parse_number
from tickets.conditions.conditions import apply, parse
from tickets.conditions.properties import PROPERTIES, get_positive, get_property
from tickets.models import QueueRow, State


class Sort(TextChoices):
    DEADLINE = "deadline", _("Next deadline")
    ACTIVITY = "activity", _("Last activity")
    NEWEST = "newest", _("Newest")
    OLDEST = "oldest", _("Oldest")
    PRIORITY = "priority", _("Priority")
    WAITING = "waiting", _("Longest without a reply")


ORDERS = {
    Sort.DEADLINE: BY_DEADLINE,
    Sort.ACTIVITY: LAST_CHANGE,
    Sort.NEWEST: Order(("number",), is_descending=True),
    Sort.OLDEST: Order(("number",)),
    Sort.PRIORITY: BY_PRIORITY,
    Sort.WAITING: Order(("unanswered_since", "ticket_id")),
}
# Closed tickets have no running clock, and are too many to sort by anything without an index.
USUAL = tuple(sort for sort in Sort if sort != Sort.WAITING)  # only some tickets wait
ALWAYS = (Sort.ACTIVITY, Sort.NEWEST, Sort.OLDEST)
RECENTLY_CLOSED = "recent"
UNREAD, MENTIONED, SNOOZED = "unread", "mentioned", "snoozed"
APPROVAL = "approval"  # with a reply that waits for approval
FEW = (UNREAD, MENTIONED, APPROVAL)  # tickets, found by a table of their own
WITH_CLOSED = frozenset({"all", State.CLOSED.value, RECENTLY_CLOSED, *FEW})
BY_ACTIVITY = WITH_CLOSED | {State.INVESTIGATING.value, State.WAITING.value, State.ESCALATED.value}

# What a view has decided already: it neither offers nor takes a second choice of it.
_CLOSED_DATES = {"closed_after", "closed_before"}
_OF_CLOSED = {"due", "status", *_CLOSED_DATES}
_DECIDED = {
    "mine": {"assignee"},
    "unassigned": {"assignee"},
    "overdue": {"due"},
    "soon": {"due"},
    "unanswered": {"needs"},
    "all": {"due"},
    State.CLOSED.value: {"due"},
    RECENTLY_CLOSED: _OF_CLOSED,
    UNREAD: {"needs"},
}


def list_sorts(view: str) -> tuple[Sort, ...]:
    """Return the orders a view can be shown in; the first is its default."""
    if view in (RECENTLY_CLOSED, *FEW):
        return (Sort.ACTIVITY,)
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
    if view is not None and view not in WITH_CLOSED:
        decided |= _CLOSED_DATES
    if view in State.values:
        decided.add("status")
    if view in Level.values:
        decided.add("level")
    if parse_number(view) is not None:
        decided.add("department")
    return [name for name in PROPERTIES if get_positive(name) not in decided]


def split_filters(
    view: str, filters: dict[str, str], sort: Sort
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the filters of a view that have an index, and those that need a walk over tickets.

    By priority, a list has no place to continue a walk from; it only has open tickets.
    """
    if view in FEW or sort == Sort.PRIORITY:  # few tickets, or open ones
        return filters, {}
    is_indexed = {
        name: known.is_indexed if view in WITH_CLOSED else known.is_in_index
        for name in filters
        if (known := get_property(name))
    }
    indexed = {name: value for name, value in filters.items() if is_indexed[name]}
    return indexed, {name: value for name, value in filters.items() if not is_indexed[name]}


def apply_filters(
    tickets: QuerySet[QueueRow], filters: dict[str, str], *, agent: Agent, at: datetime
) -> QuerySet[QueueRow]:
    """Return the tickets that match every filter. Raises ValidationError for an unknown value."""
    return apply(tickets, parse(filters), agent=agent, at=at)
