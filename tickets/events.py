"""The event log: the kinds of events, and the only writer of them.

A service verb calls ``record`` once, in its transaction. NOW followers run there and then, in the same
transaction; for each LATER follower that listens an EventDelivery row is written, and handed out after the
commit (tickets/tasks.py). The lists stand in settings, like MIDDLEWARE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from tickets.actors import Actor
from tickets.event_rows import make_row, write_rows
from tickets.models import Ticket, TicketEvent
from tickets.queueing import deliver_after_commit
from tickets.saving import saved_together


class EventKind(StrEnum):
    """What can happen to a ticket. ``data`` of the event holds what the comment says."""

    TICKET_OPENED = "ticket.opened"  # message, subject, priority, account, unverified, follow_up_of
    CUSTOMER_RESPONDED = "customer.responded"  # message, status: [from, to]
    MACHINE_RESPONDED = "machine.responded"  # message: an out-of-office or a bounce; moves nothing
    AGENT_REPLIED = "agent.replied"  # message, status, is_first
    NOTE_ADDED = "note.added"  # note
    STATUS_CHANGED = "status.changed"  # status, move
    TICKET_CLOSED = "ticket.closed"  # status, reason
    TICKET_REOPENED = "ticket.reopened"  # status
    ESCALATED = "ticket.escalated"  # status, level: [from, to], why
    ASSIGNED = "ticket.assigned"  # assignee: [from, to], names: [from, to], why
    LEFT_UNASSIGNED = "ticket.left_unassigned"  # why: nobody is on shift who may take it
    PRIORITY_CHANGED = "priority.changed"  # priority: [from, to]
    DEPARTMENT_CHANGED = "department.changed"  # department: [from, to], why
    TERMS_CHANGED = "terms.changed"  # terms: {account, plan, status} as they are from now on
    SENDER_VERIFIED = "sender.verified"  # how, account: its name or ""
    PARTICIPANT_ADDED = "participant.added"  # contact, name
    CUSTOMER_REMINDED = "customer.reminded"  # closes_at
    SLA_STARTED = "sla.started"  # due_at, minutes, plan, priority, calendar, version
    SLA_REPLANNED = "sla.replanned"  # the same, and was_due_at
    SLA_WARNED = "sla.warned"  # due_at
    SLA_BREACHED = "sla.breached"  # due_at
    SLA_MET = "sla.met"  # due_at, in_time
    MAIL_RELEASED = "mail.released"  # proven: whether the sender was taken as proven
    MAIL_SENT = "mail.sent"  # mail, to, mail_kind
    MAIL_DELIVERED = "mail.delivered"  # mail, to
    MAIL_FAILED = "mail.failed"  # mail, to, why


Follower = Callable[[TicketEvent], None]
Followers = Mapping[str, Follower]

_running: ContextVar[tuple[str, ...]] = ContextVar("running_followers", default=())
_unwritten: ContextVar[list[TicketEvent] | None] = ContextVar("unwritten_events", default=None)


class FollowerLoopError(RuntimeError):
    """A follower caused an event of a kind that it listens to."""


@cache
def followers(path: str) -> Followers:
    """The dict from event kind to function that a dotted path of the settings names."""
    found: Followers = import_string(path)
    return found


def record(
    *,
    ticket: Ticket,
    kind: EventKind,
    by: Actor,
    at: datetime,
    channel: str = "",
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    """Write one event of a change, in the transaction of the change, and tell the followers.

    Raises FollowerLoopError when a follower causes an event of a kind that it listens to itself.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An event is written in the transaction of its change."
        )
    event = TicketEvent(
        desk_id=ticket.desk_id,
        ticket=ticket,
        kind=kind,
        at=at,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        channel=channel,
        data=data or {},
    )
    with saved_together(), _written_together() as events:
        events.append(event)
        _tell_now(event)
    return event


@contextmanager
def _written_together() -> Iterator[list[TicketEvent]]:
    """The event of a change and those that its followers cause go into the log in one statement, in order."""
    if (outer := _unwritten.get()) is not None:
        yield outer
        return
    events: list[TicketEvent] = []
    token = _unwritten.set(events)
    try:
        yield events
    finally:
        _unwritten.reset(token)
    if events:
        for event, event_id in zip(
            events, _write([make_row(event) for event in events]), strict=True
        ):
            event.pk = event_id


def record_many(
    *,
    desk_id: int,
    kind: EventKind,
    by: Actor,
    at: datetime,
    facts: Iterable[tuple[int, dict[str, Any]]],
) -> None:
    """Write an event of one kind on each of many tickets of a desk: (ticket's id, data of the event).

    For sweeps, and for kinds that no NOW follower listens to: FollowerLoopError otherwise.
    """
    for path in settings.NOW_FOLLOWERS:
        if kind in followers(path):
            raise FollowerLoopError(f"{path} listens to {kind}: write these events one by one.")
    shared = {
        "desk_id": desk_id,
        "kind": kind,
        "at": at.isoformat(),
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_name": by.name,
        "channel": "",
    }
    if rows := [shared | {"ticket_id": ticket_id, "data": data} for ticket_id, data in facts]:
        _write(rows)


def _write(rows: list[dict[str, Any]]) -> list[int]:
    """Write events of one desk with their deliveries, which are handed out after the commit; gives their ids."""
    kinds = {row["kind"] for row in rows}
    listening = [
        (kind, path)
        for path in settings.LATER_FOLLOWERS
        for kind in kinds
        if kind in followers(path)
    ]
    event_ids = write_rows(rows, listening=listening)
    deliver_after_commit(rows[0]["desk_id"], event_ids)
    return event_ids


def _tell_now(event: TicketEvent) -> None:
    for path in settings.NOW_FOLLOWERS:
        if follower := followers(path).get(event.kind):
            with _as_running(path, event.kind):
                follower(event)


@contextmanager
def _as_running(path: str, kind: str) -> Iterator[None]:
    if path in _running.get():
        raise FollowerLoopError(f"{path} caused an event of kind {kind}, which it listens to.")
    token = _running.set((*_running.get(), path))
    try:
        yield
    finally:
        _running.reset(token)
