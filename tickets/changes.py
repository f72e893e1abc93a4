"""One change of a ticket: the fields it sets, the events it records, the followers it runs.

A service opens a Change inside its transaction, sets fields, records its event and saves. Saving
runs the NOW followers, which may set more fields, record more events and add rows of their own to
the same Change, and then writes everything in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from django.db import connection, transaction
from django.db.models import Model

from accounts.database.instances import Columns
from accounts.database.rows import fetch_prepared
from accounts.models import Agent, Desk
from tickets.actors import Actor
from tickets.deliveries.after_commit import handle_after_commit
from tickets.event_rows import make_row, write_rows
from tickets.events import (
    EventKind,
    FollowerLoopError,
    list_later_followers,
    list_needed_tables,
    list_now_followers,
)
from tickets.models import Message, Ticket, TicketEvent
from tickets.writes import Write, insert_row, reserve_id, run_writes, update_row

TICKET, DESK, ASSIGNEE = Columns(Ticket, "t"), Columns(Desk, "d"), Columns(Agent, "a")
TICKET_OF_EVENT = TicketEvent._meta.get_field("ticket")
# The lock is FOR NO KEY UPDATE: a sweep that holds a clock may still write an event that refers to
# the ticket.
OPEN = f"""
SELECT {{reserved}} AS reserved, {TICKET}, {DESK}, {ASSIGNEE}
FROM tickets_ticket t JOIN accounts_desk d ON d.id = t.desk_id
LEFT JOIN accounts_agent a ON a.id = t.assignee_id
WHERE t.id = %(ticket)s FOR NO KEY UPDATE OF t
"""  # noqa: S608 (column names)


class Attached(Protocol):
    """An object that a follower keeps with a change, such as the clocks of its ticket."""

    def finish(self) -> None:
        """Add the fields and rows that result. It is called once, after the followers."""


A = TypeVar("A", bound=Attached)


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
        self._followed = 0  # the number of events that followers have seen
        self._unsaved: dict[str, None] = {}
        self._writes: list[Write] = []
        self._attached: dict[str, Attached] = {}
        self.message: Message | None = None  # the public message that it adds
        self.reserved = 0

    @classmethod
    def open(
        cls, ticket_id: int, *, by: Actor, at: datetime, new: type[Model] | None = None
    ) -> Change:
        """Lock a ticket until the transaction ends. It is the first lock in the lock order.

        new: the model of a row that the change will add; ``reserved`` is its ID.
        Raises Ticket.DoesNotExist.
        """
        sql = OPEN.format(reserved=reserve_id(new) if new else 0)
        rows = fetch_prepared(sql, {"ticket": ticket_id})
        if not rows:
            raise Ticket.DoesNotExist
        change = cls(_load_ticket(rows[0]), by=by, at=at)
        change.reserved = rows[0]["reserved"]
        return change

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

    def write(self, *writes: Write) -> None:
        """Add rows, to be written with the rest. A part that is already present is appended to."""
        for write in writes:
            self.flush(write.name)
        self._writes += writes

    def flush(self, name: str) -> None:
        """Write the added rows now if one part has this name, for code that reads its row."""
        if any(write.name == name for write in self._writes):
            writes, self._writes = self._writes, []
            run_writes(writes)

    def before_write(self, key: str, factory: Callable[[Change], A]) -> A:
        """Return what a follower attached under this key, made by ``factory`` the first time.

        Its ``finish`` is called after all followers ran and before anything is written. It may set
        fields and add rows; an event that it records reaches the followers, and it isn't called
        again.
        """
        if key not in self._attached:
            self._attached[key] = factory(self)
        return cast(A, self._attached[key])

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
            ticket_id=self.ticket.pk,
            kind=kind,
            at=self.at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            channel=channel,
            data=data or {},
        )
        # Through the descriptor, each event would call the database router for its ticket.
        TICKET_OF_EVENT.set_cached_value(event, self.ticket)
        self.events.append(event)
        self._causes.append(self._running)
        return event

    def save(self, *, deliver_inline: bool = False, is_last: bool = False) -> None:
        """Run the NOW followers, then write the events, the ticket's fields and other rows.

        deliver_inline: run the LATER followers in this process after the commit, for code that
        runs in a task already and would only queue another one. is_last: nothing else is written
        in the transaction, so it can be committed with this statement if it is the outermost.
        Raises FollowerLoopError if a follower causes an event of a kind that it listens to.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                "An event is written in the transaction of its change."
            )
        self._run_followers()
        self._finish_attached()
        writes = [*self._writes, *self._list_ticket_writes()]
        self._writes, self._unsaved = [], {}
        if self.events:
            _write(self.events, writes, deliver_inline=deliver_inline, is_last=is_last)
        elif writes:
            run_writes(writes)

    def _finish_attached(self) -> None:
        while self._attached:
            _key, attached = self._attached.popitem()
            attached.finish()
            self._run_followers()

    def _list_ticket_writes(self) -> list[Write]:
        ticket = self.ticket
        if ticket._state.adding:
            ticket._state.adding = False
            return [insert_row(ticket, "ticket", number="(SELECT last FROM numbered)")]
        return [update_row(ticket, "ticket", self._unsaved)] if self._unsaved else []

    def _run_followers(self) -> None:
        place = self._followed
        while place < len(self.events):  # followers add events
            event, causes = self.events[place], self._causes[place]
            for key, follower in list_now_followers(event.kind):
                if key in causes:
                    raise FollowerLoopError(f"{key} caused {event.kind}, which it listens to.")
                self._running = (*causes, key)
                follower(self, event)
            place += 1
        self._followed, self._running = place, ()


def _load_ticket(row: dict[str, Any]) -> Ticket:
    """Return a ticket with its desk and assignee."""
    ticket, desk = TICKET.load(row), DESK.load(row)
    assert ticket is not None  # noqa: S101 (inner joins)
    assert desk is not None  # noqa: S101
    ticket.desk = desk
    assignee = ASSIGNEE.load(row)
    if (assignee and assignee.pk) == ticket.assignee_id:  # else it changed just now
        ticket.assignee = assignee
    return ticket


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


def _write(
    events: Sequence[TicketEvent],
    writes: Sequence[Write] = (),
    *,
    deliver_inline: bool = False,
    is_last: bool = False,
) -> None:
    """Write events of one desk with their deliveries and other rows, and schedule the follow-up."""
    kinds = dict.fromkeys(event.kind for event in events)
    listening = [(kind, key) for kind in kinds for key in list_later_followers(kind)]
    needed = list_needed_tables({key for _kind, key in listening})
    rows = [make_row(event) for event in events]
    written = write_rows(rows, listening=listening, needed=needed)
    row = run_writes([*writes, written], is_last=is_last)
    for event, event_id in zip(events, row["event_ids"], strict=True):
        event.pk = event_id
    handle_after_commit(events[0].desk_id, events, due=row["due_ids"], inline=deliver_inline)
