"""Properties that tickets can be filtered by: parameter names, kinds of values, and costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Account, Level
from tickets.conditions.own_fields import OwnField, parse_name
from tickets.conditions.values import (
    MAX_UNREAD,
    SOON,
    Asked,
    Assignees,
    Attention,
    Content,
    Days,
    Due,
    Ids,
    Kind,
    Words,
    match,
    parse_id,
)
from tickets.models import (
    Attachment,
    Channel,
    Impact,
    Notification,
    SideConversation,
    State,
    Ticket,
    TicketTag,
)


@dataclass(frozen=True, slots=True)
class Property:
    """A property of tickets that conditions name.

    is_in_index: open tickets with a value are found within an index. is_indexed: among all tickets,
    too. Otherwise a list checks a limited number of tickets per page. is_single: takes one value.
    """

    kind: Kind
    is_in_index: bool = True
    is_indexed: bool = False
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class Computed:
    """Known words with a condition that isn't a comparison with one column."""

    choices: tuple[str, ...]
    build: Callable[[str, Asked], Q]

    def check(self, value: str) -> None:
        if value not in self.choices:
            raise ValueError(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        found = Q()
        for value in values:
            found |= self.build(value, asked)
        return found


@dataclass(frozen=True, slots=True)
class Related:
    """Ids of rows that tickets refer to in another table. find: the ids of their tickets."""

    find: Callable[[list[int]], Q]

    def check(self, value: str) -> None:
        parse_id(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        return self.find([parse_id(value) for value in values])


@dataclass(frozen=True, slots=True)
class Negated:
    """Values that a ticket must not have. A ticket without any value meets the condition."""

    kind: Kind

    def check(self, value: str) -> None:
        self.kind.check(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        return ~self.kind.compile(values, asked)


@dataclass(frozen=True, slots=True)
class Languages:
    """Languages of tickets as codes, such as "de"; regional variants count as the language."""

    def check(self, value: str) -> None:
        if not value.replace("-", "").isalnum() or not value.isascii() or len(value) > 35:
            raise ValueError(value)

    def compile(self, values: Iterable[str], asked: Asked) -> Q:
        spoken = Q()
        for value in values:
            spoken |= Q(language=value) | Q(language__startswith=f"{value}-")
        return Q(Exists(Ticket.objects.filter(spoken, pk=OuterRef("pk"))))


def _filter_by_state(value: str, asked: Asked) -> Q:
    """Keep tickets in a state, using the index of open or of all tickets."""
    return Q(status=value, is_open=value != State.CLOSED)


def _filter_by_attention(value: str, asked: Asked) -> Q:
    """Keep tickets with unread notifications of this agent, or with unanswered messages."""
    if value == Attention.REPLY:
        return Q(is_open=True, unanswered_since__isnull=False)
    return Q(pk__in=_list_unread_tickets(asked).values("ticket_id")[:MAX_UNREAD])


def _list_unread_tickets(asked: Asked) -> QuerySet[Notification]:
    """Return the agent's unread notifications about tickets, newest first."""
    return Notification.objects.filter(
        agent=asked.agent, read_at__isnull=True, ticket__isnull=False
    ).order_by("-id")


def _filter_by_deadline(value: str, asked: Asked) -> Q:
    """Keep open tickets with a deadline that has passed, or within the hour."""
    if value == Due.PASSED:
        return Q(is_open=True, due_at__lt=asked.at)
    return Q(is_open=True, due_at__gte=asked.at, due_at__lte=asked.at + SOON)


def _filter_by_content(value: str, asked: Asked) -> Q:
    if value == Content.SIDE_ANSWER:
        sides = SideConversation.objects.filter(desk_id=OuterRef("desk_id"))
        return Q(Exists(sides.filter(ticket=OuterRef("pk"), answered_at__isnull=False)))
    files = Attachment.objects.filter(desk_id=OuterRef("desk_id"))
    return Q(Exists(files.filter(message__ticket=OuterRef("pk")))) | Q(
        Exists(files.filter(note__ticket=OuterRef("pk")))
    )


def _filter_by_impact(value: str, asked: Asked) -> Q:
    return Q(Exists(Ticket.objects.filter(impact=value, pk=OuterRef("pk"))))


def _filter_by_tag(ids: list[int]) -> Q:
    return Q(Exists(TicketTag.objects.filter(match("tag_id", ids), ticket=OuterRef("pk"))))


def _filter_by_plan(ids: list[int]) -> Q:
    return Q(
        Exists(Account.objects.filter(match("plan_id", ids), pk=OuterRef("account_id")).order_by())
    )


_POSITIVE: dict[str, Property] = {
    "status": Property(Computed(tuple(State.values), _filter_by_state), is_indexed=True),
    "priority": Property(Ids("priority_id")),
    "department": Property(Ids("department_id")),
    "level": Property(Words("level", tuple(Level.values))),
    "assignee": Property(Assignees(), is_indexed=True),
    "account": Property(Ids("account_id"), is_indexed=True),
    "channel": Property(Words("channel", tuple(Channel.values))),
    "needs": Property(Computed(tuple(Attention.values), _filter_by_attention)),
    "due": Property(Computed(tuple(Due.values), _filter_by_deadline)),
    "tag": Property(Related(_filter_by_tag), is_in_index=False),
    "plan": Property(Related(_filter_by_plan), is_in_index=False),
    "product": Property(Ids("product_id"), is_in_index=False),
    "language": Property(Languages(), is_in_index=False),
    "impact": Property(Computed(tuple(Impact.values), _filter_by_impact), is_in_index=False),
    "requester": Property(Ids("contact_id"), is_indexed=True),
    "has": Property(Computed(tuple(Content.values), _filter_by_content), is_in_index=False),
    **{
        f"{name}_{side}": Property(
            Days(f"{name}_at", is_before=side == "before"), is_in_index=False, is_single=True
        )
        for name in ("created", "updated", "closed")
        for side in ("after", "before")
    },
}
NOT = "not_"
# An index finds a value, not its absence: lists check a limited number of tickets for these.
PROPERTIES: dict[str, Property] = {
    **_POSITIVE,
    **{
        NOT + name: Property(Negated(known.kind), is_in_index=False)
        for name, known in _POSITIVE.items()
        if not known.is_single
    },
}


def find_property(name: str) -> Property | None:
    """Return a property by its name, of the desk's own fields too, or None."""
    if name in PROPERTIES:
        return PROPERTIES[name]
    own = parse_name(get_positive(name))
    if own is None or (own.side and is_negated(name)):
        return None
    kind: Kind = OwnField(own)
    if is_negated(name):
        kind = Negated(kind)
    return Property(kind, is_in_index=False, is_single=bool(own.side))


def get_property(name: str) -> Property:
    """Return a property that is known to exist. Raises KeyError."""
    found = find_property(name)
    if found is None:
        raise KeyError(name)
    return found


def is_negated(name: str) -> bool:
    """Return True for a property such as "not_tag", whose values a ticket must not have."""
    return name.startswith(NOT)


def get_positive(name: str) -> str:
    """Return the property whose values a property takes: "tag" for "not_tag" and for itself."""
    return name.removeprefix(NOT)
