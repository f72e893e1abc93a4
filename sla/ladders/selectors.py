"""A ticket's ladder as pages and the API show it: what was done, what comes next and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sla.ladders.schedule import Turn, find_next, find_turn
from sla.ladders.terms import LadderTerms
from sla.models import LadderRun
from sla.services.book import get_book
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent

DONE, NEXT, LATER = "done", "next", "later"
STEP_STATES = [(state, state) for state in (DONE, NEXT, LATER)]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step of a ladder. at: when it was taken or will be; None if that depends on people.

    names: of the agents whom it alerted.
    """

    number: int
    action: str
    state: str
    at: datetime | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownLadder:
    """A ticket's running ladder. resumes_at: the end of the quiet after an acknowledgement."""

    name: str
    clock: str
    round: int
    steps: tuple[ShownStep, ...]
    is_paused: bool
    acknowledged_at: datetime | None
    acknowledged_by: str
    resumes_at: datetime | None

    @property
    def next(self) -> ShownStep | None:
        """The next step."""
        return next((step for step in self.steps if step.state == NEXT), None)


def find_ladder(ticket: Ticket, at: datetime) -> ShownLadder | None:
    """Return the ladder that runs on a ticket, or None. No query at a desk without ladders."""
    ladders = {terms.id: terms for terms in get_book(ticket).ladders}
    if not ladders:
        return None
    rows = LadderRun.objects.select_related("acknowledged_by")
    run = rows.filter(ticket_id=ticket.pk, ladder_id__in=ladders).first()
    return _show(run, ladders[run.ladder_id], at) if run is not None else None


def _show(run: LadderRun, terms: LadderTerms, at: datetime) -> ShownLadder:
    is_quiet = run.acknowledged_at is not None
    return ShownLadder(
        name=terms.name,
        clock=run.clock,
        round=run.round + 1,
        steps=(*_list_done(run), *_list_coming(run, terms, at)),
        is_paused=run.next_at is None,
        acknowledged_at=run.acknowledged_at,
        acknowledged_by=str(run.acknowledged_by or ""),
        resumes_at=run.next_at if is_quiet else None,
    )


def _list_done(run: LadderRun) -> Iterator[ShownStep]:
    """Return the steps of this round that were taken, which are the ticket's last ones."""
    if not run.next_step or run.last_step_at is None:
        return
    taken = TicketEvent.objects.filter(ticket_id=run.ticket_id, kind=EventKind.LADDER_STEP.value)
    for event in reversed(taken.order_by("-pk")[: run.next_step]):
        names = tuple(event.data["names"])
        yield ShownStep(event.data["step"], event.data["action"], DONE, event.at, names)


def _list_coming(run: LadderRun, terms: LadderTerms, at: datetime) -> Iterator[ShownStep]:
    """Return the other steps of the round, at their times if nobody acknowledges."""
    turn = _find_coming(run, terms, at)
    for place in range(run.next_step, len(terms.steps)):
        state = NEXT if place == run.next_step else LATER
        shown = turn.at if turn is not None else None
        yield ShownStep(place + 1, terms.steps[place].action, state, shown)
        if turn is not None and place + 1 < len(terms.steps):
            turn = find_next(terms.steps, turn, due_at=run.due_at, repeat=terms.repeat, at=turn.at)


def _find_coming(run: LadderRun, terms: LadderTerms, at: datetime) -> Turn | None:
    """Return the next step, or None while the clock is paused."""
    if run.next_at is None or run.next_step >= len(terms.steps):
        return None
    if run.acknowledged_at is None:
        return Turn(run.round, run.next_step, run.next_at)
    turn = find_turn(
        terms.steps,
        due_at=run.due_at,
        round_=run.round,
        step=run.next_step,
        last=run.last_step_at,
    )
    return turn._replace(at=max(turn.at, run.next_at))


def list_running(desk_id: int, *, limit: int) -> QuerySet[LadderRun]:
    """Return the ladders of a desk that have alerted someone, the next step first."""
    alerting = LadderRun.objects.filter(desk_id=desk_id, last_step_at__isnull=False)
    related = alerting.select_related("ladder", "ticket__priority", "acknowledged_by")
    return related.order_by("acknowledged_at", "next_at", "pk")[:limit]
