"""A ticket's ladder as pages and the API show it: what was done, what comes next and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sla.ladders.schedule import Turn
from sla.ladders.terms import LadderTerms
from sla.models import Action, LadderRun
from sla.services.book import get_book
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent

DONE, NEXT, LATER = "done", "next", "later"
STEP_STATES = [(state, state) for state in (DONE, NEXT, LATER)]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step of a ladder. at: when it was taken or will be; None if that depends on people.

    names: of the agents whom it alerted, or the one who got the ticket. is_fallback: those are the
    leads, because it found nobody else.
    """

    number: int
    action: str
    state: str
    at: datetime | None
    names: tuple[str, ...] = ()
    is_fallback: bool = False


@dataclass(frozen=True, slots=True)
class ShownLadder:
    """A ticket's running ladder. resumes_at: the end of the quiet after an acknowledgement.

    acknowledger_id: of the agent, None for a person who isn't known as one.
    """

    name: str
    clock: str
    due_at: datetime
    round: int
    steps: tuple[ShownStep, ...]
    is_paused: bool
    acknowledged_at: datetime | None
    acknowledged_by: str
    acknowledger_id: int | None
    resumes_at: datetime | None

    @property
    def next(self) -> ShownStep | None:
        """The next step."""
        return next((step for step in self.steps if step.state == NEXT), None)

    @property
    def latest(self) -> ShownStep | None:
        """The last step of this round that was taken."""
        return next((step for step in reversed(self.steps) if step.state == DONE), None)


def find_ladder(ticket: Ticket) -> ShownLadder | None:
    """Return the ladder that runs on a ticket, or None. No query at a desk without ladders."""
    ladders = {terms.id: terms for terms in get_book(ticket).ladders}
    if not ladders:
        return None
    rows = LadderRun.objects.select_related("acknowledged_by")
    run = rows.filter(ticket_id=ticket.pk, ladder_id__in=ladders).first()
    return _show(run, ladders[run.ladder_id]) if run is not None else None


def _show(run: LadderRun, terms: LadderTerms) -> ShownLadder:
    is_quiet = run.acknowledged_at is not None
    return ShownLadder(
        name=terms.name,
        clock=run.clock,
        due_at=run.due_at,
        round=run.round + 1,
        steps=(*_list_done(run), *_list_coming(run, terms)),
        is_paused=run.next_at is None,
        acknowledged_at=run.acknowledged_at,
        acknowledged_by=run.acknowledger,
        acknowledger_id=run.acknowledged_by_id,
        resumes_at=run.next_at if is_quiet else None,
    )


def _list_done(run: LadderRun) -> list[ShownStep]:
    """Return the steps of this round that were taken, in order."""
    if not run.next_step or run.last_step_at is None:
        return []
    kinds = (EventKind.LADDER_STEP.value, EventKind.LADDER_ENDED.value)
    latest = TicketEvent.objects.filter(ticket_id=run.ticket_id, kind__in=kinds).order_by("-pk")
    done: list[ShownStep] = []
    for event in latest[: run.next_step]:
        if event.kind == EventKind.LADDER_ENDED or event.data["round"] != run.round + 1:
            break  # of an earlier ladder, or of an earlier round
        done.append(_show_done(event))
    return done[::-1]


def _show_done(event: TicketEvent) -> ShownStep:
    facts = event.data
    names = _list_assigned(event) if facts["action"] == Action.REASSIGN else facts["names"]
    is_fallback = bool(facts.get("fallback"))
    return ShownStep(
        facts["step"], facts["action"], DONE, event.at, tuple(names), is_fallback=is_fallback
    )


def _list_assigned(event: TicketEvent) -> list[str]:
    """Return the name of the agent to whom a step gave the ticket; empty if nobody was on shift."""
    later = TicketEvent.objects.filter(ticket_id=event.ticket_id, pk__gt=event.pk)
    given = later.filter(kind=EventKind.ASSIGNED.value, at=event.at).order_by("pk").first()
    return [given.data["names"][1]] if given is not None else []


def _list_coming(run: LadderRun, terms: LadderTerms) -> Iterator[ShownStep]:
    """Return the other steps of the round, at their times if nobody acknowledges."""
    turn = _find_coming(run, terms)
    for place in range(run.next_step, len(terms.steps)):
        state = NEXT if place == run.next_step else LATER
        shown = turn.at if turn is not None else None
        yield ShownStep(place + 1, terms.steps[place].action, state, shown)
        if turn is not None:
            turn = terms.find_next(run, turn, turn.at)


def _find_coming(run: LadderRun, terms: LadderTerms) -> Turn | None:
    """Return the next step, or None while the clock is paused."""
    if run.next_at is None:
        return None
    turn = terms.find_turn(run)
    at = run.next_at if run.acknowledged_at is None else max(turn.at, run.next_at)
    return turn._replace(at=at)


def list_running(desk_id: int, *, limit: int) -> QuerySet[LadderRun]:
    """Return the ladders of a desk that have alerted someone, the next step first."""
    alerting = LadderRun.objects.filter(desk_id=desk_id, last_step_at__isnull=False)
    related = alerting.select_related("ladder", "ticket__priority", "acknowledged_by")
    return related.order_by("acknowledged_at", "next_at", "pk")[:limit]
