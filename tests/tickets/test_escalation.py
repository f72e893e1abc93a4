"""Levels of a ticket: escalating with what was gathered, and giving back (M8, M9, M18, M60-M63)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Level
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.errors import (
    ConflictError,
    EmptyTextError,
    IncompleteRecordError,
    NotAllowedError,
)
from tickets.events import EventKind
from tickets.models import EscalationCause, State, Ticket, TroubleshootingRecord
from tickets.rules.troubleshooting import NEEDED, VERSIONS, list_missing
from tickets.services import (
    Gathered,
    change_status,
    close,
    escalate,
    give_back,
    reply,
    save_record,
)
from tickets.timeline import describe_event

COMPLETE = dict.fromkeys(NEEDED, "known") | {
    "frequency": "consistent",
    "worked_before": "yes",
    "reproduced": "no",
    "app_version": "7.3",
}


def put_in_state(ticket: Ticket, state: State, cast: Cast) -> None:
    by = Actor.of(cast.analyst)
    if state == State.INVESTIGATING:
        change_status(ticket_id=ticket.pk, move="investigate", by=by, at=NOON)
    elif state == State.WAITING:
        reply(ticket_id=ticket.pk, agent=cast.analyst, text="Please try", at=NOON)
    elif state == State.ESCALATED:
        escalate(ticket_id=ticket.pk, by=by, at=NOON)


@pytest.mark.parametrize("state", [State.OPEN, State.INVESTIGATING, State.WAITING])
def test_a_ticket_goes_to_the_next_level_from_any_open_state(in_rocket: Cast, state: State) -> None:
    ticket = in_rocket.open_ticket()
    put_in_state(ticket, state, in_rocket)
    found = escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON, why="Odd")
    assert (found.status, found.level) == (State.ESCALATED, Level.L2)


def test_an_escalated_ticket_goes_on_to_engineering_and_no_further(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.level_two)
    escalate(ticket_id=ticket.pk, by=by, at=NOON)
    found = escalate(ticket_id=ticket.pk, by=by, at=NOON)
    assert (found.status, found.level) == (State.ESCALATED, Level.RND)
    with pytest.raises(ConflictError, match="R&D has the ticket already"):
        escalate(ticket_id=ticket.pk, by=by, at=NOON)
    change_status(ticket_id=ticket.pk, move="investigate", by=by, at=NOON)
    again = escalate(ticket_id=ticket.pk, by=by, at=NOON)  # the engineers have it still
    assert (again.status, again.level) == (State.ESCALATED, Level.RND)
    last = ticket.events.filter(kind=EventKind.ESCALATED).last()
    assert describe_event(last, in_rocket.desk) == "Level Two sent the ticket to R&D again."


def test_a_form_that_is_sent_twice_escalates_once(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    escalate(ticket_id=ticket.pk, by=by, at=NOON, expected="l1")
    with pytest.raises(ConflictError, match="moved to Level 2 in the meantime"):
        escalate(ticket_id=ticket.pk, by=by, at=NOON, expected="l1")
    assert Ticket.objects.get(pk=ticket.pk).level == Level.L2


def test_an_escalation_keeps_who_had_the_ticket_and_why_it_goes(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    escalate(
        ticket_id=ticket.pk,
        by=Actor.of(in_rocket.analyst),
        at=NOON,
        why="Four attempts",
        cause=EscalationCause.CANNOT_REPRODUCE,
    )
    event = ticket.events.get(kind=EventKind.ESCALATED)
    assert event.data["held_by"] == ticket.assignee_id
    assert describe_event(event, in_rocket.desk) == (
        "Analyst escalated the ticket from Level 1 to Level 2. Cannot reproduce. "
        "Reason: Four attempts"
    )


def test_a_desk_names_its_levels(in_rocket: Cast) -> None:
    in_rocket.desk.level_words = {"l2": "Sustained Engineering"}
    in_rocket.desk.save()
    ticket = in_rocket.open_ticket()
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    texts = [describe_event(event, in_rocket.desk) for event in ticket.events.all()]
    assert "Analyst escalated the ticket from Level 1 to Sustained Engineering." in texts
    assert any("(on shift, Sustained Engineering, next in rotation)" in text for text in texts)


def test_a_defect_goes_to_engineering_complete_or_with_a_reason(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.level_two)
    defect = {"ticket_id": ticket.pk, "by": by, "at": NOON, "cause": EscalationCause.DEFECT}
    escalate(**defect)  # Level 2 helps to fill in the record
    partly = {key: value for key, value in COMPLETE.items() if key != "steps"}
    with pytest.raises(IncompleteRecordError) as refused:
        escalate(**defect, gathered=Gathered(in_rocket.level_two, partly))
    assert refused.value.missing == ["steps"]
    assert not TroubleshootingRecord.objects.exists()  # nothing was kept of the refused one
    escalate(**defect, gathered=Gathered(in_rocket.level_two, partly, incomplete="It hangs"))
    event = ticket.events.filter(kind=EventKind.ESCALATED).last()
    assert (event.data["record"], event.data["missing"]) == (1, ["steps"])
    assert describe_event(event, in_rocket.desk).endswith(
        "The troubleshooting record lacked: steps to reproduce. Reason: It hangs"
    )


def test_a_complete_record_needs_no_reason(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.level_two)
    defect = {"ticket_id": ticket.pk, "by": by, "at": NOON, "cause": EscalationCause.DEFECT}
    escalate(**defect)
    found = escalate(**defect, gathered=Gathered(in_rocket.level_two, COMPLETE))
    assert found.level == Level.RND
    assert "missing" not in ticket.events.filter(kind=EventKind.ESCALATED).last().data


def test_what_is_missing_is_named_in_the_order_of_the_form() -> None:
    assert list_missing({}) == [*NEEDED, VERSIONS[0]]
    assert list_missing(COMPLETE) == []
    assert list_missing(COMPLETE | {"reproduced": "yes"}) == ["test_system"]
    assert list_missing(COMPLETE | {"reproduced": "yes", "test_system": "staging"}) == []
    assert list_missing(COMPLETE | {"app_version": ""}) == ["client_version"]


def test_each_save_adds_a_version_with_its_author_and_keeps_the_rest(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    given = {"ticket_id": ticket.pk, "at": NOON}
    save_record(**given, agent=in_rocket.analyst, fields={"problem": "It hangs", "since": "May"})
    save_record(**given, agent=in_rocket.colleague, fields={"since": "June"})
    save_record(**given, agent=in_rocket.colleague, fields={"since": "June"})  # no change
    first, second = TroubleshootingRecord.objects.order_by("version")
    assert (first.agent, first.since) == (in_rocket.analyst, "May")
    assert (second.agent, second.problem, second.since) == (
        in_rocket.colleague,
        "It hangs",
        "June",
    )
    changed = ticket.events.filter(kind=EventKind.TROUBLESHOOTING_CHANGED)
    assert [describe_event(event, in_rocket.desk) for event in changed] == [
        "Analyst started the troubleshooting record: problem, since when.",
        "Colleague changed the troubleshooting record: since when.",
    ]


def test_two_agents_do_not_overwrite_each_others_record(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    given = {"ticket_id": ticket.pk, "at": NOON, "expected": 0}
    save_record(**given, agent=in_rocket.analyst, fields={"problem": "It hangs"})
    with pytest.raises(ConflictError):
        save_record(**given, agent=in_rocket.colleague, fields={"problem": "It crashes"})
    assert TroubleshootingRecord.objects.get().problem == "It hangs"


def test_a_ticket_is_given_back_with_a_reason_and_is_no_longer_escalated(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.level_two)
    holder = ticket.assignee
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    with pytest.raises(EmptyTextError):
        give_back(ticket_id=ticket.pk, by=by, at=NOON, why=" ")
    found = give_back(ticket_id=ticket.pk, by=by, at=NOON, why="It is a setting")
    assert (found.level, found.status) == (Level.L1, State.INVESTIGATING)
    event = ticket.events.get(kind=EventKind.GIVEN_BACK)
    assert event.data["held_by"] == holder.pk
    assert Ticket.objects.get(pk=ticket.pk).assignee.level == Level.L1
    assert describe_event(event, in_rocket.desk) == (
        "Level Two gave the ticket back from Level 2 to Level 1. "
        "The ticket is now At Investigation. Reason: It is a setting"
    )


def test_a_ticket_that_waits_for_the_customer_still_waits_when_given_back(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.level_two)
    escalate(ticket_id=ticket.pk, by=by, at=NOON)
    reply(ticket_id=ticket.pk, agent=in_rocket.level_two, text="Which version?", at=NOON)
    give_back(ticket_id=ticket.pk, by=by, at=NOON + timedelta(hours=1), why="Simple")
    assert Ticket.objects.get(pk=ticket.pk).status == State.WAITING


def test_engineering_gives_back_to_the_level_that_it_names(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.level_two)
    for _ in range(2):
        escalate(ticket_id=ticket.pk, by=by, at=NOON)
    with pytest.raises(ConflictError):
        give_back(ticket_id=ticket.pk, by=by, at=NOON, why="Up?", level=Level.RND)
    given = {"ticket_id": ticket.pk, "by": by, "at": NOON, "why": "A setting"}
    assert give_back(**given, level=Level.L1, expected="rnd").level == Level.L1
    with pytest.raises(ConflictError):
        give_back(**given)  # below the first there is none


def test_a_closed_ticket_has_no_way_up_or_down(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.level_two)
    escalate(ticket_id=ticket.pk, by=by, at=NOON)
    close(ticket_id=ticket.pk, by=by, at=NOON)
    with pytest.raises(ConflictError):
        give_back(ticket_id=ticket.pk, by=by, at=NOON, why="Solved")


def test_an_observer_changes_neither_level_nor_record(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.observer)
    with pytest.raises(NotAllowedError):
        escalate(ticket_id=ticket.pk, by=by, at=NOON)
    with pytest.raises(NotAllowedError):
        give_back(ticket_id=ticket.pk, by=by, at=NOON, why="Why not")
    with pytest.raises(NotAllowedError):
        save_record(ticket_id=ticket.pk, agent=in_rocket.observer, fields=COMPLETE, at=NOON)
