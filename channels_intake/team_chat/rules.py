"""Rules that choose the channels of an event: cached by version, and their matching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Department, Desk, Visibility
from accounts.versions import DeskCache
from channels_intake.models import ChatRule, ChatTopic
from tickets.events import EventKind
from tickets.models import Channel, Ticket, TicketEvent

HANDOVERS = (EventKind.ASSIGNED, EventKind.DEPARTMENT_CHANGED)
LADDER_ACTION = "channel"  # of a step that notifies the team's channel


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule as it is matched. department_id and plan_id: None for all; level: "" for all."""

    id: int
    connection_id: int
    topic: str
    department_id: int | None = None
    level: str = ""
    plan_id: int | None = None


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """Facts of a ticket that rules compare."""

    department_id: int | None
    level: str
    plan_id: int | None


@dataclass(frozen=True, slots=True)
class ChatBook:
    """The rules of a desk's active channels in order, and its members-only departments."""

    rules: tuple[RuleFacts, ...] = ()
    closed: frozenset[int] = frozenset()


def load_book(desk_id: int) -> ChatBook:
    """Read the rules of a desk, as stored now."""
    columns = ("id", "connection_id", "topic", "department_id", "level", "plan_id")
    rules = ChatRule.objects.filter(desk_id=desk_id, connection__is_active=True)
    found = tuple(RuleFacts(*row) for row in rules.values_list(*columns))
    if not found:
        return ChatBook()
    closed = Department.objects.filter(desk_id=desk_id, visibility=Visibility.MEMBERS)
    return ChatBook(found, frozenset(closed.values_list("pk", flat=True)))


_books = DeskCache(load_book)


def get_book(desk: Desk) -> ChatBook:
    """Return the rules of the version that the desk was read with."""
    return _books.get(desk.pk, desk.config_version)


def collect_facts(ticket: Ticket) -> TicketFacts:
    """Return what rules compare of a ticket, as it is now."""
    account = ticket.account
    return TicketFacts(ticket.department_id, ticket.level, account.plan_id if account else None)


def find_rules(book: ChatBook, topics: Sequence[str], facts: TicketFacts) -> list[RuleFacts]:
    """Return the first rule of each channel that matches; earlier topics come first."""
    found: dict[int, RuleFacts] = {}
    for topic in topics:
        for rule in book.rules:
            if rule.topic == topic and _matches(rule, facts, book):
                found.setdefault(rule.connection_id, rule)
    return list(found.values())


def _matches(rule: RuleFacts, facts: TicketFacts, book: ChatBook) -> bool:
    if rule.department_id is None and facts.department_id in book.closed:
        return False  # only a rule that names a members-only department tells of its tickets
    return (
        rule.department_id in (None, facts.department_id)
        and rule.level in ("", facts.level)
        and rule.plan_id in (None, facts.plan_id)
    )


def has_ladder_channel(desk: Desk, ticket: Ticket | None) -> bool:
    """Return True if a channel gets the steps that are for chat: of a ticket, or of any."""
    book = get_book(desk)
    if ticket is None:
        return any(rule.topic == ChatTopic.LADDER for rule in book.rules)
    return bool(find_rules(book, [ChatTopic.LADDER], collect_facts(ticket)))


def list_topics(event: TicketEvent) -> list[str]:
    """Return the topics of an event, the most specific first.

    An unassignment has none, and of the escalation ladder only the steps that are for chat.
    """
    if event.kind == EventKind.ASSIGNED and not event.data["assignee"][1]:
        return []
    if event.kind == ChatTopic.LADDER and event.data.get("action") != LADDER_ACTION:
        return []
    own = [event.kind] if event.kind in set(ChatTopic) else []
    return [ChatTopic.HOTLINE, *own] if _is_handed_over_call(event) else own


def can_be_about(topic: str, event: TicketEvent) -> bool:
    """Return True if a message of a topic can tell of an event.

    Asked when the message is sent: the rule may have been given another topic since.
    """
    if topic == ChatTopic.HOTLINE:
        return event.kind in HANDOVERS and event.ticket.channel == Channel.PHONE
    return topic == event.kind


def _is_handed_over_call(event: TicketEvent) -> bool:
    """Return True if a call became the matter of another person or department (M54).

    If a change of department assigns it, too, the assignment is the one to post.
    """
    if event.kind not in HANDOVERS or event.ticket.channel != Channel.PHONE:
        return False
    if event.kind == EventKind.ASSIGNED:
        return True
    assigned = TicketEvent.objects.filter(
        ticket_id=event.ticket_id, kind=EventKind.ASSIGNED, at=event.at
    )
    return event.ticket.assignee_id is not None and not assigned.exists()
