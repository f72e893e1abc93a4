"""One change of a ticket: the fields it sets, the events it records, the followers it runs.

A service opens a Change inside its transaction, sets fields, records its event and saves. Saving
runs the NOW followers, which may set more fields and record more events on the same Change, and
then writes everything: one statement for all events with their deliveries, one for the ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tickets.actors import Actor
from tickets.bundles import handle_after_commit
from tickets.event_rows import make_row, write_rows
from tickets.events import (
    EventKind,
    FollowerLoopError,
    list_later_followers,
    list_now_followers,
)
from tickets.models import Ticket, TicketEvent


class Change:
    """A change of one ticket by one person at one time.

    Followers get the Change and one of its events. The event is complete, but has no id before
    ``save`` has written it.
    """

    def __init__(self, ticket: Ticket, *, by: Actor, at: datetime) -> None:
        self.ticket, self.by, self.at = ticket, by, at
        self.events: list[TicketEvent] = []
        self._causes: list[tuple[str, ...]] = []  # of each event: the followers that led to it
        self._running: tuple[str, ...] = ()
        self._unsaved: dict[str, None] = {}

    @classmethod
    def open(cls, ticket_id: int, *, by: Actor, at: datetime) -> Change:
        """Lock a ticket until the transaction ends, the first lock in the order of locks.

        The lock is FOR NO KEY UPDATE: a sweep that holds a clock may still write an event that
        refers to the ticket.
        """
        tickets = Ticket.objects.select_for_update(of=("self",), no_key=True)
        return cls(tickets.select_related("desk").get(pk=ticket_id), by=by, at=at)

    def set(self, **values: Any) -> None:
        """Set fields of the ticket, to be saved with the rest."""
        for name, value in values.items():
            setattr(self.ticket, name, value)
        self.mark_unsaved(*values)

    def mark_unsaved(self, *names: str) -> None:
        """Record fields of the ticket that are already set."""
        self._unsaved.update(dict.fromkeys(names))

    def touch(self) -> None:
        """Set the time of the ticket's last update."""
        self.set(updated_at=self.at)

    def record(
        self,
        kind: EventKind,
        data: dict[str, Any] | None = None,
        *,
        by: Actor | None = None,
        channel: str = "",
    ) -> TicketEvent:
        """Add an event. by: the actor, where it is not the person behind the change."""
        actor = by or self.by
        event = TicketEvent(
            desk_id=self.ticket.desk_id,
            ticket=self.ticket,
            kind=kind,
            at=self.at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            channel=channel,
            data=data or {},
        )
        self.events.append(event)
        self._causes.append(self._running)
        return event

    def save(self, *, deliver_inline: bool = False) -> None:
        """Run the NOW followers, then write the events and the ticket's fields.

        deliver_inline: run the LATER followers in this process after the commit, for code that
        runs in a task already and would only queue another one.
        Raises FollowerLoopError if a follower causes an event of a kind that it listens to.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                "An event is written in the transaction of its change."
            )
        self._run_followers()
        if self.events:
            _write(self.events, deliver_inline=deliver_inline)
        if self._unsaved:
            self.ticket.save(update_fields=list(self._unsaved))

    def _run_followers(self) -> None:
        place = 0
        while place < len(self.events):  # followers add events
            event, causes = self.events[place], self._causes[place]
            for key, follower in list_now_followers(event.kind):
                if key in causes:
                    raise FollowerLoopError(f"{key} caused {event.kind}, which it listens to.")
                self._running = (*causes, key)
                follower(self, event)
            place += 1
        self._running = ()


def record(
    *,
    ticket: Ticket,
    kind: EventKind,
    by: Actor,
    at: datetime,
    channel: str = "",
    data: dict[str, Any] | None = None,
    deliver_inline: bool = False,
) -> TicketEvent:
    """Record one event on a ticket that doesn't change itself, such as a sent email."""
    change = Change(ticket, by=by, at=at)
    event = change.record(kind, data, channel=channel)
    change.save(deliver_inline=deliver_inline)
    return event


def record_many(
    *,
    desk_id: int,
    kind: EventKind,
    by: Actor,
    at: datetime,
    facts: Iterable[tuple[int, dict[str, Any]]],
) -> None:
    """Write an event of one kind on each of many tickets of a desk, in one statement.

    For sweeps. facts: pairs of ticket id and event data. Raises FollowerLoopError for a kind that
    a NOW follower listens to.
    """
    if listening := list_now_followers(kind):
        raise FollowerLoopError(f"{listening[0][0]} listens to {kind}: write these one by one.")
    actor = {"actor_kind": by.kind, "actor_id": by.id, "actor_name": by.name}
    events = [
        TicketEvent(desk_id=desk_id, ticket_id=ticket_id, kind=kind, at=at, data=data, **actor)
        for ticket_id, data in facts
    ]
    if events:
        _write(events)


def _write(events: Sequence[TicketEvent], *, deliver_inline: bool = False) -> None:
    """Write events of one desk with their deliveries, and schedule what follows the commit."""
    followers = {event.kind: list_later_followers(event.kind) for event in events}
    ids = write_rows(
        [make_row(event) for event in events],
        listening=[(kind, key) for kind, keys in followers.items() for key in keys],
    )
    for event, event_id in zip(events, ids, strict=True):
        event.pk = event_id
    due = [event.pk for event in events if followers[event.kind]]
    handle_after_commit(events[0].desk_id, events, due=due, inline=deliver_inline)
