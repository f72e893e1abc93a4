"""Reactions of clocks to the events of their ticket, in the change that caused the event.

- First response: from the opening to the first public reply of an agent. It never pauses.
- Next response: from the customer's first message without a reply, after the first response. Met by
  a public reply, ended by "no reply needed".
- Regular update: the longest silence while work is left to us. It begins when we owe something
  after the first response: the customer wrote, a reply left the ticket with us, or an agent took it
  up again. Met by the next public reply.
- Resolution aim: from the opening to the closing. Reopening continues it.
- Promised update: by the promised time, met by the next public reply. It never pauses.

A run that was breached stays breached until it ends; the next one starts anew. Internal targets of
levels are in levels.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Max, Q

from sla.models import TARGETED, Clock, ClockKind
from sla.services import levels
from sla.services.book import find_ticket_targets, get_book
from sla.services.clocks import TicketClocks
from sla.services.pauses import settle_pauses
from sla.targets import Found
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import CloseReason, State, Ticket, TicketEvent

FIRST, NEXT = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE
UPDATE, RESOLUTION = ClockKind.UPDATE, ClockKind.RESOLUTION
PROMISE = ClockKind.PROMISED_UPDATE
NOT_SOLVED = {
    CloseReason.SPAM,
    CloseReason.DUPLICATE,
    CloseReason.MERGED,
    CloseReason.NOT_OURS,
    CloseReason.OTHER,
}


def start_clocks(change: Change, event: TicketEvent) -> None:
    """Start the clocks of a new ticket."""
    clocks, found = TicketClocks.of(change), find_ticket_targets(change.ticket)
    _start(clocks, (FIRST, RESOLUTION), found, at=event.at, cause=event.kind)
    levels.start(clocks, cause=event.kind)
    settle_pauses(clocks)


def follow_customer(change: Change, event: TicketEvent) -> None:
    """Start the clocks that a customer's message calls for, and continue paused ones."""
    if event.data.get("status", [""])[0] == State.CLOSED:
        reopen(change, event)
    elif not _has_only_first(change.ticket):
        _start_owed(TicketClocks.of(change), event)


def follow_reply(change: Change, event: TicketEvent) -> None:
    """Meet the clocks that an agent's public reply answers."""
    ticket = change.ticket
    if not event.data.get("is_first") and not ticket.due_kind and _has_only_first(ticket):
        return
    clocks = TicketClocks.of(change)
    first = clocks.get(FIRST)
    if event.data.get("is_first") and first is not None and first.met_at is None:
        clocks.meet(first)
    for kind in (NEXT, UPDATE, PROMISE):
        if owed := clocks.get_owed(kind):
            clocks.meet(owed)
    levels.follow_work(clocks, event)
    status = event.data.get("status", ["", ""])
    if status[1] == State.CLOSED and status[0] != State.CLOSED:
        _end(clocks, CloseReason.SOLVED)
    else:
        _start_owed(clocks, event)


def follow_closing(change: Change, event: TicketEvent) -> None:
    """End all clocks: a closed ticket owes nothing."""
    _end(TicketClocks.of(change), event.data.get("reason", ""))


def follow_merge(change: Change, event: TicketEvent) -> None:
    """End the clocks of a ticket that was merged into another one."""
    if event.data["status"][0] != State.CLOSED:
        _end(TicketClocks.of(change), CloseReason.MERGED)


def follow_merged_in(change: Change, event: TicketEvent) -> None:
    """Start or stop what another ticket, merged into this one or taken out, makes us owe."""
    if change.ticket.status == State.CLOSED:
        return
    clocks = TicketClocks.of(change)
    if event.data.get("was_unanswered") and (owed := clocks.get_owed(NEXT)):
        clocks.stop(owed, "no_reply_needed")
    _start_owed(clocks, event)


def undo_merge(change: Change, event: TicketEvent) -> None:
    """Continue the clocks that the merge ended as if it had never happened.

    What the message of the merge answered stays answered.
    """
    if change.ticket.status == State.CLOSED:
        return
    clocks = TicketClocks.of(change)
    merged_at = datetime.fromisoformat(event.data["at"])
    for kind in ClockKind:
        clock = clocks.get(kind)
        if clock is not None and not clock.is_owed and _get_end_by_merge(clock) == merged_at:
            clocks.restore(clock, "merge_undone")
    _start_owed(clocks, event)


def _get_end_by_merge(clock: Clock) -> datetime | None:
    """Return when a clock ended in the way in which a merge ends it."""
    return clock.met_at if clock.kind == ClockKind.LEVEL_RETURNED else clock.stopped_at


def reopen(change: Change, event: TicketEvent) -> None:
    """Continue or start the clocks of a ticket that was closed until this event."""
    clocks, found = TicketClocks.of(change), find_ticket_targets(change.ticket)
    ended = clocks.get(RESOLUTION)
    if ended is not None and not ended.is_owed and RESOLUTION in found:
        clocks.reopen(ended, found[RESOLUTION])
        if ended.breached_at is None:
            clocks.replan(ended, found[RESOLUTION], cause=event.kind)
    _start(clocks, (FIRST, RESOLUTION), found, at=event.at, cause=event.kind)
    levels.start(clocks, cause=event.kind)
    _start_owed(clocks, event)


def follow_state(change: Change, event: TicketEvent) -> None:
    """Pause and continue clocks with the state of the ticket and its hold."""
    if not _has_only_first(change.ticket):
        clocks = TicketClocks.of(change)
        levels.follow_work(clocks, event)
        _start_owed(clocks, event)


def follow_no_reply_needed(change: Change, event: TicketEvent) -> None:
    """End the next response, as the customer's messages need none."""
    clocks = TicketClocks.of(change)
    if owed := clocks.get_owed(NEXT):
        clocks.stop(owed, "no_reply_needed")
    settle_pauses(clocks)


def follow_promise(change: Change, event: TicketEvent) -> None:
    """Start the clock of a promised update, in place of an earlier promise."""
    clocks = TicketClocks.of(change)
    if owed := clocks.get_owed(PROMISE):
        clocks.stop(owed, "promised_again")
    clocks.start_promise(datetime.fromisoformat(event.data["due_at"]))


def withdraw_promise(change: Change, event: TicketEvent) -> None:
    """Stop the clock of a promised update."""
    clocks = TicketClocks.of(change)
    if owed := clocks.get_owed(PROMISE):
        clocks.stop(owed, "withdrawn")


def replan_for_properties(change: Change, event: TicketEvent) -> None:
    """Apply another priority, product, department or tag to a ticket that isn't closed."""
    replan_ticket(change, event.kind)


def replan_ticket(
    change: Change, cause: str, *, kinds: Collection[str] = frozenset(ClockKind)
) -> None:
    """Apply the targets that a ticket has now to its clocks, unless it is closed.

    A running clock is rescheduled from its own start, or stopped if nothing is promised anymore. A
    clock that didn't run starts as if the ticket had had these targets from the beginning. cause:
    the kind of an event, or what an admin has changed. kinds: leave other clocks as they are.
    """
    if change.ticket.status == State.CLOSED:
        return
    clocks, found = TicketClocks.of(change), find_ticket_targets(change.ticket)
    _replan_owed(clocks, found, cause, kinds)
    for kind in _list_missing(clocks, found):
        if kind in kinds:
            _start_from_beginning(clocks, kind, found[kind], cause)
    settle_pauses(clocks)


def replan_for_new_terms(change: Change, event: TicketEvent) -> None:
    """Apply another plan, account or status of the account to a ticket that isn't closed.

    As replan_ticket, but what is promised for the first time counts from now.
    """
    if change.ticket.status == State.CLOSED:
        return
    clocks, found = TicketClocks.of(change), find_ticket_targets(change.ticket)
    _replan_owed(clocks, found, event.kind)
    _start(clocks, _list_missing(clocks, found), found, at=event.at, cause=event.kind)
    settle_pauses(clocks)


def _has_only_first(ticket: Ticket) -> bool:
    """Return True if the ticket has no clock that follows its state, so none has to be read."""
    book = get_book(ticket)
    is_only = not book.has_leftovers and not book.kinds - {FIRST}
    return is_only and ticket.due_kind in ("", FIRST, PROMISE)


def _list_missing(clocks: TicketClocks, found: dict[ClockKind, Found]) -> list[ClockKind]:
    """Return the kinds that an open ticket has a target for, and that should run but don't."""
    wanted = list_wanted(clocks.ticket)
    return [kind for kind in found if kind in wanted and clocks.get_owed(kind) is None]


def list_wanted(ticket: Ticket) -> set[ClockKind]:
    """Return the kinds of clocks that an open ticket runs if it has a target for them. Pure."""
    has_response = ticket.first_responded_at is not None
    wanted = {
        FIRST: not has_response,
        NEXT: has_response and ticket.unanswered_since is not None,
        UPDATE: has_response and ticket.status != State.WAITING,
        RESOLUTION: True,
    }
    return {kind for kind, is_wanted in wanted.items() if is_wanted}


def _start_owed(clocks: TicketClocks, event: TicketEvent) -> None:
    """Start the clocks due after the first response, and pause or continue the rest."""
    ticket = clocks.ticket
    kinds = get_book(ticket).kinds & {NEXT, UPDATE}
    is_missing = any(clocks.get_owed(ClockKind(kind)) is None for kind in kinds)
    if is_missing and ticket.first_responded_at is not None and ticket.status != State.CLOSED:
        found = find_ticket_targets(ticket)
        missing = [kind for kind in _list_missing(clocks, found) if kind in (NEXT, UPDATE)]
        _start(clocks, missing, found, at=event.at, cause=event.kind)
    settle_pauses(clocks)


def _start(
    clocks: TicketClocks,
    kinds: Iterable[ClockKind],
    found: dict[ClockKind, Found],
    *,
    at: datetime,
    cause: str,
) -> None:
    """Start the clocks of these kinds that have a target and aren't running."""
    for kind in kinds:
        if kind not in found or clocks.get_owed(kind) is not None:
            continue
        if kind != FIRST or clocks.ticket.first_responded_at is None:
            clocks.start(kind, found[kind], started_at=at, cause=cause)


def _start_from_beginning(clocks: TicketClocks, kind: ClockKind, found: Found, cause: str) -> None:
    before = clocks.get(kind)
    started_at = find_beginning(clocks.ticket, kind, before, at=clocks.at)
    is_continued = before is not None and before.started_at == started_at
    pauses = before.pauses if before and is_continued else ()
    clocks.start(kind, found, started_at=started_at, cause=cause, pauses=pauses)


def find_beginning(
    ticket: Ticket, kind: ClockKind, before: Clock | None, *, at: datetime
) -> datetime:
    """Return from when a clock counts that should have run. before: its latest run."""
    if kind == NEXT:
        return ticket.unanswered_since or at
    return at if kind == UPDATE else _find_promised_from(ticket, before)


def _replan_owed(
    clocks: TicketClocks,
    found: dict[ClockKind, Found],
    cause: str,
    kinds: Collection[str] = frozenset(ClockKind),
) -> None:
    """Reschedule or stop the clocks that count by a target. Those that breached stay breached."""
    found = found | levels.find_level_targets(clocks.ticket)
    for clock in clocks.list_owed():
        kind = ClockKind(clock.kind)
        if clock.breached_at is not None or kind == PROMISE or kind not in kinds:
            continue
        if kind in found and clock.is_overridden:
            continue  # a lead's deadline stays
        if kind in found:
            clocks.replan(clock, found[kind], cause=cause)
        elif kind in TARGETED:
            clocks.end_promise(clock, cause)
        else:
            clocks.stop(clock, cause)


def _end(clocks: TicketClocks, reason: str) -> None:
    """End all clocks. A first response that is overdue stays so, as nobody replied."""
    reached = {ClockKind.LEVEL_RETURNED} | (set() if reason in NOT_SOLVED else {RESOLUTION})
    for clock in clocks.list_owed():
        if clock.kind in reached:
            clocks.meet(clock)
        elif clock.kind != FIRST or clock.breached_at is None:
            clocks.stop(clock, reason)


def _find_promised_from(ticket: Ticket, clock: Clock | None) -> datetime:
    """Return when a promise for the ticket can first have begun: its opening, unless later.

    A reopened ticket counts from its reopening, and that of a sender who was unverified or of an
    account that had other terms from the change. A stopped clock keeps its own start over new
    terms: they did not restart it.
    """
    restarts = Q(kind__in=[EventKind.TICKET_REOPENED, EventKind.SENDER_VERIFIED]) | Q(
        kind=EventKind.CUSTOMER_RESPONDED, data__status__0=State.CLOSED
    )
    if clock is None:
        restarts |= Q(kind=EventKind.TERMS_CHANGED)
    latest = ticket.events.filter(restarts).aggregate(at=Max("at"))["at"]
    earliest = clock.started_at if clock else ticket.created_at
    return max(earliest, latest or earliest)
