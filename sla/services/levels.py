"""Internal clocks of a ticket at its level: pickup, first and next note or reply, and result.

They are about the ticket's current level, and are never shown to customers.

- Pickup: until an agent assigns it, or its assignee works on it. A rotation doesn't count.
- First note or reply: until its assignee writes a note or replies.
- Result from this level: until it leaves the level, or is closed.
- Next note or reply: the longest time between two notes or replies of anyone.
"""

from __future__ import annotations

from sla.models import ClockKind
from sla.services.book import get_book
from sla.services.clocks import TicketClocks
from sla.services.pauses import settle_pauses
from sla.targets import Found
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import ActorKind, State, Ticket, TicketEvent

TAKEN, ANSWERED = ClockKind.LEVEL_TAKEN, ClockKind.LEVEL_ANSWERED
RETURNED, SILENCE = ClockKind.LEVEL_RETURNED, ClockKind.LEVEL_SILENCE
WRITTEN = {EventKind.NOTE_ADDED, EventKind.AGENT_REPLIED}
WORK = WRITTEN | {EventKind.ASSIGNED, EventKind.STATUS_CHANGED}


def find_level_targets(ticket: Ticket) -> dict[ClockKind, Found]:
    """Return the internal targets of the ticket's level."""
    targets = get_book(ticket).levels.get(ticket.level, {})
    return {ClockKind(kind): Found(target) for kind, target in targets.items()}


def start(clocks: TicketClocks, *, cause: str) -> None:
    """Start the clocks of the ticket's level that don't run."""
    for kind, found in find_level_targets(clocks.ticket).items():
        if clocks.get_owed(kind) is None:
            clocks.start(kind, found, started_at=clocks.at, cause=cause)


def follow_move(change: Change, event: TicketEvent) -> None:
    """End the clocks of the level that a ticket left, and start the clocks of its new level."""
    before, after = event.data.get("level", ("", ""))
    if not _has_clocks(change.ticket):
        return
    clocks = TicketClocks.of(change)
    if before != after:
        _end(clocks)
        start(clocks, cause=event.kind)
    settle_pauses(clocks)


def _has_clocks(ticket: Ticket) -> bool:
    """Return False if no clock of the ticket can be one of its level, so that none need be read."""
    book = get_book(ticket)
    return bool(book.levels) or book.has_leftovers or ticket.due_kind.startswith("level_")


def follow_event(change: Change, event: TicketEvent) -> None:
    """Meet the clocks that a note or an assignment satisfies."""
    if _has_clocks(change.ticket):
        clocks = TicketClocks.of(change)
        follow_work(clocks, event)
        settle_pauses(clocks)


def follow_work(clocks: TicketClocks, event: TicketEvent) -> None:
    """Meet the clocks that this event shows the work for."""
    if event.kind not in WORK:
        return
    is_assignee = event.actor_kind == ActorKind.AGENT and _is_by_assignee(clocks.ticket, event)
    if (taken := clocks.get_owed(TAKEN)) and is_assignee:
        clocks.meet(taken)
    if event.kind not in WRITTEN:
        return
    if (answered := clocks.get_owed(ANSWERED)) and is_assignee:
        clocks.meet(answered)
    if silent := clocks.get_owed(SILENCE):
        clocks.meet(silent)
        found = find_level_targets(clocks.ticket).get(SILENCE)
        if found and clocks.ticket.status != State.CLOSED:
            clocks.start(SILENCE, found, started_at=clocks.at, cause=event.kind)


def _is_by_assignee(ticket: Ticket, event: TicketEvent) -> bool:
    if event.kind == EventKind.ASSIGNED:
        return ticket.assignee_id is not None
    return event.actor_id == ticket.assignee_id


def _end(clocks: TicketClocks) -> None:
    for clock in clocks.list_owed():
        if clock.kind == RETURNED:
            clocks.meet(clock)
        elif ClockKind(clock.kind).is_of_level:
            clocks.stop(clock, "left_level")
