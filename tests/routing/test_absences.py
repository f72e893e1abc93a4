"""Absences: who may enter them, which are refused, and what they do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from routing.models import Absence, AbsenceKind
from routing.staff.absences import add_absence, cancel_absence
from tests.cast import NOON, Cast
from tests.races.threads import at_once
from tests.routing.fresh import list_candidates
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.models import Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def enter(cast: Cast, who: str = "analyst", by: str = "", **changes: object) -> Absence:
    times = {"start_at": NOON + DAY, "end_at": NOON + 3 * DAY}
    return add_absence(
        agent=getattr(cast, who),
        kind=AbsenceKind.LEAVE,
        by=getattr(cast, by or who),
        at=NOON,
        **{**times, **changes},  # type: ignore[arg-type]  # of the service
    )


def test_an_agent_enters_their_own_absence_and_is_not_assigned_in_it(in_rocket: Cast) -> None:
    absence = enter(in_rocket, note="Beach")
    assert (absence.agent, absence.created_by, absence.note) == (
        in_rocket.analyst,
        in_rocket.analyst,
        "Beach",
    )
    in_rocket.desk.refresh_from_db()
    tickets = [in_rocket.open_ticket(at=NOON + 2 * DAY) for _ in range(3)]
    assert {ticket.assignee for ticket in tickets} == {in_rocket.colleague}
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.detail["model"], entry.target) == (
        "added",
        "routing.absence",
        "Analyst",
    )


@pytest.mark.parametrize("by", ["lead", "admin"])
def test_leads_and_admins_enter_those_of_others(in_rocket: Cast, by: str) -> None:
    assert enter(in_rocket, by=by).created_by == getattr(in_rocket, by)


@pytest.mark.parametrize(("who", "by"), [("analyst", "colleague"), ("observer", "observer")])
def test_nobody_else_can_enter_an_absence(in_rocket: Cast, who: str, by: str) -> None:
    with pytest.raises(NotAllowedError):
        enter(in_rocket, who, by=by)
    assert not Absence.objects.exists()


def test_a_lead_of_another_desk_enters_nothing(in_rocket: Cast, matter: Cast) -> None:
    with pytest.raises(NotAllowedError):
        add_absence(
            agent=in_rocket.analyst,
            kind=AbsenceKind.SICK,
            start_at=NOON,
            end_at=NOON + DAY,
            by=matter.lead,
            at=NOON,
        )


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (DAY, DAY, "end_at"),
        (DAY, HOUR, "end_at"),
        (-2 * DAY, -DAY, "end_at"),
        (-2 * DAY, timedelta(), "end_at"),
        (-32 * DAY, DAY, "start_at"),
        (DAY, 368 * DAY, "end_at"),
    ],
)
def test_impossible_times_are_refused(
    in_rocket: Cast, start: timedelta, end: timedelta, field: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        enter(in_rocket, start_at=NOON + start, end_at=NOON + end)
    assert refused.value.field == field


def test_sick_days_are_entered_on_return_too(in_rocket: Cast) -> None:
    assert enter(in_rocket, start_at=NOON - DAY, end_at=NOON + HOUR)


def test_absences_of_an_agent_do_not_overlap_but_may_meet(in_rocket: Cast) -> None:
    enter(in_rocket)
    with pytest.raises(InvalidValueError, match="overlaps the absence from Thu, Nov 19"):
        enter(in_rocket, start_at=NOON + 2 * DAY, end_at=NOON + 5 * DAY)
    enter(in_rocket, start_at=NOON + 3 * DAY, end_at=NOON + 4 * DAY)
    enter(in_rocket, "colleague")
    assert Absence.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_entries_at_the_same_moment_leave_one(rocket: Cast) -> None:
    entered, refused = sorted(
        at_once(rocket, lambda: enter(rocket), lambda: enter(rocket)),
        key=lambda result: isinstance(result, InvalidValueError),
    )
    assert isinstance(entered, Absence)
    assert isinstance(refused, InvalidValueError)


def test_canceling_a_future_absence_removes_it(in_rocket: Cast) -> None:
    cancel_absence(absence=enter(in_rocket), by=in_rocket.analyst, at=NOON)
    assert not Absence.objects.exists()


def test_canceling_one_that_has_begun_ends_it(in_rocket: Cast) -> None:
    absence = enter(in_rocket)
    cancel_absence(absence=absence, by=in_rocket.lead, at=NOON + 2 * DAY)
    absence.refresh_from_db()
    assert absence.end_at == NOON + 2 * DAY
    with pytest.raises(InvalidValueError, match="is over"):
        cancel_absence(absence=absence, by=in_rocket.lead, at=NOON + 3 * DAY)


def test_a_colleague_cancels_nothing(in_rocket: Cast) -> None:
    with pytest.raises(NotAllowedError):
        cancel_absence(absence=enter(in_rocket), by=in_rocket.colleague, at=NOON)


def test_candidates_know_the_absence_with_the_next_version(in_rocket: Cast) -> None:
    ticket: Ticket = in_rocket.open_ticket()
    absence = enter(in_rocket)
    [analyst] = [one for one in list_candidates(ticket).agents if one.agent == in_rocket.analyst]
    assert analyst.facts.absences == ((absence.start_at, absence.end_at),)
