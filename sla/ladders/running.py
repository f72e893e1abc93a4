"""Start, move and end a ticket's ladder with its clocks, in the change of the ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sla.ladders.schedule import find_first, find_turn
from sla.ladders.terms import LadderTerms
from sla.models import Clock, LadderRun
from sla.targets import Book
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import ActorKind, State, Ticket, TicketEvent
from tickets.writes import Write

# Columns that a change writes, with their types.
TYPES = {
    "ladder_id": "bigint",
    "clock": "text",
    "clock_run": "int",
    "due_at": "timestamptz",
    "round": "smallint",
    "next_step": "smallint",
    "next_at": "timestamptz",
    "last_step_at": "timestamptz",
    "acknowledged_at": "timestamptz",
    "acknowledged_by_id": "bigint",
}
SAVE = f"""
ladder_run AS (
  INSERT INTO sla_ladderrun (desk_id, ticket_id, {", ".join(TYPES)})
  VALUES (%(ladder_desk)s, %(ladder_ticket)s,
    {", ".join(f"%(ladder_{name})s::{type_}" for name, type_ in TYPES.items())})
  ON CONFLICT (ticket_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in TYPES)}
)
"""  # noqa: S608 (column names)
DELETE = "ladder_run AS (DELETE FROM sla_ladderrun WHERE ticket_id = %(ladder_ticket)s)"


class Wanted(NamedTuple):
    """The ladder that a ticket follows, and the clock that it counts from."""

    terms: LadderTerms
    clock: Clock


def settle(change: Change, owed: Sequence[Clock], book: Book) -> None:
    """Let the ticket's ladder follow its clocks. owed: those that are neither met nor stopped.

    Costs nothing at a desk without ladders.
    """
    if not book.ladders:
        return
    ticket = change.ticket
    wanted = None if ticket.status == State.CLOSED else _find_wanted(ticket, owed, book)
    run = None if ticket._state.adding else _lock_run(change)
    if wanted is None:
        if run is not None:
            _end(change, run)
    elif run is None or not _is_same(run, wanted) or _is_postponed(run, wanted, change.at):
        if run is not None and run.last_step_at:
            _record_end(change, run)
        _save(change, _start(ticket, wanted))
    elif _follow(run, wanted, change.at):
        _save(change, run)


def _find_wanted(ticket: Ticket, owed: Iterable[Clock], book: Book) -> Wanted | None:
    clocks = {str(clock.kind): clock for clock in owed}
    for terms in book.ladders:
        clock = clocks.get(terms.clock)
        if clock is None:
            continue
        policy_id = book.policy_ids.get(clock.target_id or 0)
        if terms.fits(ticket, policy_id):
            return Wanted(terms, clock)
    return None


def _lock_run(change: Change) -> LadderRun | None:
    """Return the ticket's run. It is locked after the clocks."""
    change.flush("ladder_run")
    rows = LadderRun.objects.select_for_update(no_key=True)
    return rows.filter(ticket_id=change.ticket.pk).first()


def _is_same(run: LadderRun, wanted: Wanted) -> bool:
    clock = (str(wanted.clock.kind), wanted.clock.run)
    return run.ladder_id == wanted.terms.id and (run.clock, run.clock_run) == clock


def _is_postponed(run: LadderRun, wanted: Wanted, at: datetime) -> bool:
    """Return True if a deadline that was over moved so far ahead that no step is due yet.

    Such as with a lower priority. The ladder begins anew, instead of alerting about nothing.
    """
    terms, clock = wanted
    was_over = run.last_step_at is not None and run.last_step_at >= run.due_at
    first = find_first(terms.steps, clock.due_at)
    return was_over and clock.paused_at is None and min(first.at, clock.due_at) > at


def _start(ticket: Ticket, wanted: Wanted) -> LadderRun:
    clock = wanted.clock
    first = find_first(wanted.terms.steps, clock.due_at)
    return LadderRun(
        desk_id=ticket.desk_id,
        ticket_id=ticket.pk,
        ladder_id=wanted.terms.id,
        clock=str(clock.kind),
        clock_run=clock.run,
        due_at=clock.due_at,
        next_at=None if clock.paused_at else first.at,
    )


def _follow(run: LadderRun, wanted: Wanted, at: datetime) -> bool:
    """Move the next step with the deadline, or stop for a pause. Return False if nothing moved."""
    terms, clock = wanted
    if clock.paused_at is not None:
        if run.next_at is None:
            return False
        run.next_at = None
        return True
    if run.next_at is not None and run.due_at == clock.due_at:
        return False
    run.due_at = clock.due_at
    if run.acknowledged_at is not None:
        run.next_at = run.next_at or at + terms.resume
    elif not run.round and run.next_step < len(terms.steps):
        turn = find_turn(
            terms.steps,
            due_at=clock.due_at,
            round_=0,
            step=run.next_step,
            last=run.last_step_at,
        )
        run.next_at = turn.at
    else:
        run.next_at = run.next_at or at
    return True


def _save(change: Change, run: LadderRun) -> None:
    given: dict[str, Any] = {f"ladder_{name}": getattr(run, name) for name in TYPES}
    ids = {"ladder_desk": run.desk_id, "ladder_ticket": run.ticket_id}
    change.write(Write(SAVE, given | ids))


def _end(change: Change, run: LadderRun) -> None:
    change.write(Write(DELETE, {"ladder_ticket": run.ticket_id}))
    if run.last_step_at is not None:
        _record_end(change, run)


def _record_end(change: Change, run: LadderRun) -> None:
    """Record the end of a ladder that has alerted someone; paging services resolve by it."""
    change.record(EventKind.LADDER_ENDED, {"clock": run.clock}, by=SYSTEM)


def note_work(change: Change, event: TicketEvent, book: Book) -> None:
    """Keep an acknowledged ladder quiet for longer, because an agent works on the ticket."""
    if event.actor_kind != ActorKind.AGENT:
        return
    for terms in book.ladders:
        LadderRun.objects.filter(
            ticket_id=change.ticket.pk,
            ladder_id=terms.id,
            acknowledged_at__isnull=False,
            next_at__isnull=False,
        ).update(next_at=change.at + terms.resume)
