"""Start, move and end a ticket's ladder with its clocks, in the change of the ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sla.ladders.schedule import Turn, find_first, skip_passed
from sla.ladders.terms import LadderTerms
from sla.models import Clock, LadderRun
from sla.targets import Book
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import ActorKind, State, Ticket, TicketEvent
from tickets.sentences.ladders import LadderEnding
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
    "acknowledged_name": "text",
}
# Writes nothing for a ladder that an admin has deleted since the settings were read.
SAVE = f"""
ladder_run AS (
  INSERT INTO sla_ladderrun (desk_id, ticket_id, {", ".join(TYPES)})
  SELECT %(ladder_desk)s::bigint, %(ladder_ticket)s::bigint,
    {", ".join(f"%(ladder_{name})s::{type_}" for name, type_ in TYPES.items())}
  FROM sla_ladder WHERE id = %(ladder_ladder_id)s FOR KEY SHARE
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
    wanted = find_wanted(ticket, owed, book)
    run = None if ticket._state.adding else lock_run(change)
    ending = find_ending(run, wanted, owed, change.at) if run is not None else None
    if run is not None and ending is not None:
        _end(change, run, ending)
        run = None
    if wanted is not None:
        run = run or _make_run(ticket, wanted)
        if follow(run, wanted, change.at):
            _save(change, run)


def find_wanted(ticket: Ticket, owed: Iterable[Clock], book: Book) -> Wanted | None:
    """Return the first ladder that fits a ticket, or None."""
    if ticket.status == State.CLOSED:
        return None
    clocks = {str(clock.kind): clock for clock in owed}
    for terms in book.ladders:
        clock = clocks.get(terms.clock)
        if clock is not None and terms.fits(ticket, book.policy_ids.get(clock.target_id or 0)):
            return Wanted(terms, clock)
    return None


def find_ending(
    run: LadderRun, wanted: Wanted | None, owed: Iterable[Clock], at: datetime
) -> LadderEnding | None:
    """Return why a run ends, or None if it goes on."""
    if (run.clock, run.clock_run) not in {(str(clock.kind), clock.run) for clock in owed}:
        return LadderEnding.CLOCK
    if wanted is None or wanted.terms.id != run.ladder_id:
        return LadderEnding.LEFT
    return LadderEnding.MOVED if _is_postponed(run, wanted, at) else None


def _make_run(ticket: Ticket, wanted: Wanted) -> LadderRun:
    return LadderRun(
        desk_id=ticket.desk_id,
        ticket_id=ticket.pk,
        ladder_id=wanted.terms.id,
        clock=str(wanted.clock.kind),
        clock_run=wanted.clock.run,
    )


def _is_postponed(run: LadderRun, wanted: Wanted, at: datetime) -> bool:
    """Return True if a deadline that was over moved so far ahead that no step is due yet.

    Such as with a lower priority. The ladder begins anew, instead of alerting about nothing.
    """
    terms, clock = wanted
    was_over = run.last_step_at is not None and run.last_step_at >= run.due_at
    first = find_first(terms.steps, clock.due_at)
    return was_over and clock.paused_at is None and min(first.at, clock.due_at) > at


def follow(run: LadderRun, wanted: Wanted, at: datetime) -> bool:
    """Move the next step with the deadline and the ladder's steps, or stop it for a pause.

    Return False if nothing moved.
    """
    terms, clock = wanted
    before = _read_place(run)
    run.due_at = clock.due_at
    if clock.paused_at is not None:
        run.next_at = None
    elif run.acknowledged_at is not None:
        run.next_at = run.next_at or at + terms.resume
    else:
        run.round, run.next_step, run.next_at = terms.find_turn(run)
        if _read_place(run) != before:
            turn = Turn(run.round, run.next_step, run.next_at)
            run.next_step = skip_passed(terms.steps, turn, due_at=run.due_at, at=at)
            run.next_at = terms.find_turn(run).at
    return _read_place(run) != before


def _read_place(run: LadderRun) -> tuple[Any, ...]:
    return run.due_at, run.round, run.next_step, run.next_at


def lock_run(change: Change) -> LadderRun | None:
    """Return the ticket's run with its ladder. It is locked after the clocks."""
    change.flush("ladder_run")
    rows = LadderRun.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("ladder").filter(ticket_id=change.ticket.pk).first()


def _save(change: Change, run: LadderRun) -> None:
    given: dict[str, Any] = {f"ladder_{name}": getattr(run, name) for name in TYPES}
    ids = {"ladder_desk": run.desk_id, "ladder_ticket": run.ticket_id}
    change.write(Write(SAVE, given | ids))


def _end(change: Change, run: LadderRun, ending: LadderEnding) -> None:
    """End a run; with an event if it has alerted someone, by which paging services resolve."""
    change.write(Write(DELETE, {"ladder_ticket": run.ticket_id}))
    if run.last_step_at is not None:
        change.record(EventKind.LADDER_ENDED, describe_ending(run, ending), by=SYSTEM)


def describe_ending(run: LadderRun, ending: LadderEnding) -> dict[str, str]:
    """Return the data of the event of a run that ended."""
    return {"clock": run.clock, "ladder": run.ladder.name, "why": ending.value}


def note_work(change: Change, event: TicketEvent, book: Book) -> None:
    """Keep an acknowledged ladder quiet for longer, because an agent works on the ticket."""
    if event.actor_kind != ActorKind.AGENT or not book.ladders:
        return
    resume = {terms.id: terms.resume for terms in book.ladders}
    quiet = LadderRun.objects.filter(
        ticket_id=change.ticket.pk, acknowledged_at__isnull=False, next_at__isnull=False
    )
    ladder_id = quiet.values_list("ladder_id", flat=True).first()
    if ladder_id in resume:
        quiet.update(next_at=change.at + resume[ladder_id])
