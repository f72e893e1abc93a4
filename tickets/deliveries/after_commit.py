"""The events of one transaction after its commit: announced at once, then delivered by one task.

Announcing calls the functions in settings.AFTER_COMMIT and stores nothing: if an announcement is
lost, open pages are only out of date. Deliveries are rows (rows.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from accounts.failures import capture_failure
from accounts.tenancy import desk_scope
from tickets import queueing
from tickets.models import Ticket, TicketEvent

Announce = Callable[[Sequence[TicketEvent]], None]

TICKET = TicketEvent._meta.get_field("ticket")


class CommittedEvents:
    """The events of one transaction at one desk, handled together after the commit (P10)."""

    def __init__(self, desk_id: int, *, inline: bool) -> None:
        self.desk_id, self.inline = desk_id, inline
        self.events: list[TicketEvent] = []
        self.event_ids: list[int] = []  # of those that have deliveries

    def __call__(self) -> None:
        if queueing.is_queueing_off():
            return
        if self.event_ids:
            self._deliver()
        announce(self.events)

    def _deliver(self) -> None:
        if self.inline:
            current_app.tasks[queueing.DELIVER](desk_id=self.desk_id, event_ids=self.event_ids)
            return
        # Follow-up work stays in the class of the work that caused it, so the notifications of a
        # thousand breaches don't delay a reply.
        task = queueing.DELIVER.on(queueing.get_own_queue() or queueing.DELIVER.queue)
        queueing.send_in_turn(
            task, queueing.DELIVER_ALL, desk_id=self.desk_id, event_ids=self.event_ids
        )


def handle_after_commit(
    desk_id: int, events: Iterable[TicketEvent], *, due: Iterable[int], inline: bool = False
) -> None:
    """Announce events of a desk after the commit, and deliver those that have deliveries.

    due: the IDs of the events with deliveries. inline: deliver in this process instead of in a
    task. The events are stored in a hook of the transaction: if a savepoint is rolled back,
    its hooks are dropped, so its events are never announced or delivered.
    """
    hook = _find_hook(desk_id, inline=inline)
    if hook is None:
        hook = CommittedEvents(desk_id, inline=inline)
        transaction.on_commit(hook)
    hook.events += events
    hook.event_ids += due


def _find_hook(desk_id: int, *, inline: bool) -> CommittedEvents | None:
    savepoints = set(connection.savepoint_ids)
    hooks = (
        hook
        for savepoint_ids, hook, *_ in connection.run_on_commit
        if isinstance(hook, CommittedEvents) and savepoint_ids == savepoints
    )
    key = (desk_id, inline)
    return next((found for found in hooks if (found.desk_id, found.inline) == key), None)


def announce(events: Sequence[TicketEvent]) -> None:
    """Call the functions in settings.AFTER_COMMIT with events and their tickets.

    The change is already committed, so an error is logged and doesn't fail the request.
    """
    functions = [_load(path) for path in settings.AFTER_COMMIT]
    if not functions or not events:
        return
    with capture_failure(_leave_to_log, event="announcing_failed"):
        told = _load_tickets(events)
        for function in functions:
            function(told)


def _load_tickets(events: Sequence[TicketEvent]) -> Sequence[TicketEvent]:
    """Load the tickets of events that lack them. Return the events whose tickets still exist."""
    lacking = [event for event in events if not TICKET.is_cached(event)]
    if not lacking:
        return events
    with desk_scope(lacking[0].desk_id):
        tickets = Ticket.objects.in_bulk({event.ticket_id for event in lacking})
    for event in lacking:
        if event.ticket_id in tickets:
            event.ticket = tickets[event.ticket_id]
    return [event for event in events if TICKET.is_cached(event)]


def _leave_to_log(error: str) -> None:
    """Record nothing: the failure is only logged."""


@cache
def _load(path: str) -> Announce:
    found: Announce = import_string(path)
    return found
