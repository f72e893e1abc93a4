"""Internal clocks of a level: taken, answered, given back, and without a note."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Level
from accounts.tenancy import desk_scope
from sla.models import Clock, ClockKind
from sla.sweeps import mark_breached
from tests.cast import NOON, Cast
from tests.clocks import add_level_targets, get_clock, get_due, list_entry_kinds
from tickets.actors import Actor
from tickets.models import NO_DEADLINE, Ticket
from tickets.services import add_note, assign, close, escalate, reply

HOUR = timedelta(hours=1)
TAKEN, ANSWERED = ClockKind.LEVEL_TAKEN, ClockKind.LEVEL_ANSWERED
RETURNED, SILENCE = ClockKind.LEVEL_RETURNED, ClockKind.LEVEL_SILENCE
ALL = (TAKEN, ANSWERED, RETURNED, SILENCE)


@pytest.fixture
def desk(in_rocket: Cast) -> Cast:
    add_level_targets(in_rocket, Level.L2, *ALL, minutes=60)
    return in_rocket


@pytest.fixture
def escalated(desk: Cast) -> Ticket:
    ticket = desk.open_ticket()
    reply(ticket_id=ticket.pk, agent=desk.analyst, text="Hello", at=NOON, then="investigating")
    escalate(ticket_id=ticket.pk, by=Actor.of(desk.analyst), at=NOON, why="Cannot reproduce")
    assign(ticket_id=ticket.pk, agent=None, by=Actor.of(desk.lead), at=NOON)
    return ticket


def list_owed(ticket: Ticket) -> set[str]:
    owed = Clock.objects.filter(ticket=ticket, met_at=None, stopped_at=None)
    return set(owed.values_list("kind", flat=True))


def test_only_the_level_that_has_targets_starts_clocks(desk: Cast, escalated: Ticket) -> None:
    assert list_owed(escalated) == set(ALL)
    assert list_owed(desk.open_ticket()) == {ClockKind.FIRST_RESPONSE}


def test_an_agent_takes_it_and_a_note_answers_it(desk: Cast, escalated: Ticket) -> None:
    by = Actor.of(desk.level_two)
    assign(ticket_id=escalated.pk, agent=desk.level_two, by=by, at=NOON + HOUR / 4)
    assert get_clock(escalated, TAKEN).met_at == NOON + HOUR / 4
    add_note(ticket_id=escalated.pk, agent=desk.level_two, text="Seen", at=NOON + HOUR / 2)
    assert get_clock(escalated, ANSWERED).met_at == NOON + HOUR / 2
    silence = get_clock(escalated, SILENCE)
    assert (silence.run, silence.due_at) == (2, NOON + 1.5 * HOUR)
    assert list_owed(escalated) == {RETURNED, SILENCE}


def test_a_note_of_somebody_else_ends_the_silence_only(desk: Cast, escalated: Ticket) -> None:
    add_note(ticket_id=escalated.pk, agent=desk.lead, text="?", at=NOON + HOUR / 2)
    assert get_clock(escalated, SILENCE).run == 2
    assert {TAKEN, ANSWERED} <= list_owed(escalated)


def test_leaving_the_level_meets_one_and_stops_the_others(desk: Cast, escalated: Ticket) -> None:
    escalate(ticket_id=escalated.pk, by=Actor.of(desk.lead), at=NOON + HOUR / 2, why="Defect")
    assert get_clock(escalated, RETURNED).met_at == NOON + HOUR / 2
    assert get_clock(escalated, TAKEN).stopped_at == NOON + HOUR / 2
    assert list_owed(escalated) == set()


def test_closing_ends_them(desk: Cast, escalated: Ticket) -> None:
    close(ticket_id=escalated.pk, by=Actor.of(desk.lead), at=NOON + HOUR / 2)
    assert list_owed(escalated) == set()
    assert get_due(escalated) == (NO_DEADLINE, "")


def test_they_breach_like_all_clocks_but_make_no_promise(desk: Cast, escalated: Ticket) -> None:
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + HOUR) == len(ALL)
    assert list_entry_kinds(escalated, TAKEN) == ["started", "breached"]
    started = escalated.events.filter(kind="sla.started")
    assert {event.data["clock"] for event in started} == {ClockKind.FIRST_RESPONSE}


def test_another_desk_has_none(desk: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        theirs = matter.open_ticket()
        escalate(ticket_id=theirs.pk, by=Actor.of(matter.analyst), at=NOON, why="Defect")
        assert not Clock.objects.filter(kind__in=ALL).exists()
