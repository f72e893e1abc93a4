"""Reactions of team chat to ticket events: queue a message for each channel that is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from channels_intake.calls.queueing import queue_call
from channels_intake.models import CallKind, ChatRule, ChatTopic
from channels_intake.team_chat.rules import (
    RuleFacts,
    collect_facts,
    find_rules,
    get_book,
    list_topics,
)
from tickets.events import EventKind, ForDesksWith, Together
from tickets.models import TicketEvent

TRIED_FOR = timedelta(hours=24)  # an older message would only confuse


def post(events: Sequence[TicketEvent]) -> None:
    """Queue the chat messages for events of one desk, in order."""
    if get_book(events[0].ticket.desk).rules:
        for event in events:
            _post_event(event)


def _post_event(event: TicketEvent) -> None:
    topics = list_topics(event)
    if not topics:
        return
    for rule in find_rules(get_book(event.ticket.desk), topics, collect_facts(event.ticket)):
        queue_message(
            desk_id=event.desk_id,
            rule=rule,
            about=str(event.pk),
            body={"event": event.pk},
            ticket_id=event.ticket_id,
            at=event.at,
        )


def queue_message(
    *,
    desk_id: int,
    rule: RuleFacts,
    about: str,
    body: dict[str, int],
    at: datetime,
    ticket_id: int | None = None,
) -> None:
    """Queue a message of a rule. about: what its channel is told of once.

    Only IDs are stored: the text is written when it is sent, so it says nothing that has been
    erased, hidden or made private since. The messages of a channel are sent in order.
    """
    queue_call(
        desk_id=desk_id,
        kind=CallKind.TEAM_CHAT,
        connection_id=rule.connection_id,
        key=f"chat:{rule.connection_id}:{about}",
        ticket_id=ticket_id,
        body={"rule": rule.id, **body},
        at=at,
        is_urgent=True,
        gives_up_at=at + TRIED_FOR,
    )


KINDS = [kind for kind in EventKind if kind in set(ChatTopic)]
LATER = ForDesksWith(
    ChatRule._meta.db_table, dict.fromkeys([*KINDS, EventKind.DEPARTMENT_CHANGED], Together(post))
)
