"""A ticket's ladder: its steps, its end, acknowledgements and repeats (M104)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent
from accounts.tenancy import desk_scope
from channels_intake.models import CallState, OutgoingCall, PagingService
from routing.models import Shift
from sla.ladders import acknowledge
from sla.ladders.selectors import find_ladder
from sla.ladders.stepping import list_due_ladders, take_due_steps
from sla.models import Action, Ladder, LadderRun, Target
from tests.cast import NOON, Cast
from tests.ladders.helpers import (
    AFTER,
    MINUTE,
    SILENCE,
    add_ladder,
    deliver_all,
    list_events,
    list_steps_taken,
    sweep,
    sweep_until,
)
from tests.staff import add_turn, make_rota
from tickets.actors import SYSTEM, Actor
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import CloseReason, Notification, Ticket
from tickets.services import add_note, change_priority, close, reply
from tickets.timeline import describe_event

DUE = NOON + 8 * 60 * MINUTE  # the first response of a ticket opened at NOON
OVER = DUE + timedelta(minutes=40)


@pytest.fixture
def desk(in_rocket: Cast) -> Cast:
    add_ladder(in_rocket)
    return in_rocket


def acknowledge_by(agent: str, cast: Cast, ticket: Ticket, at: datetime) -> bool:
    return acknowledge(ticket_id=ticket.pk, by=Actor.of(getattr(cast, agent)), at=at)


def test_each_step_is_taken_once_at_its_minute(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep_until(desk, NOON, OVER)
    assert list_steps_taken(ticket) == [
        (DUE - 30 * MINUTE, "assignee"),
        (DUE, "channel"),
        (DUE + 10 * MINUTE, "page"),
        (DUE + 25 * MINUTE, "lead"),
    ]


def test_without_ladders_nothing_is_stored(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    assert not LadderRun.objects.exists()


def test_the_assignee_is_notified_first_and_the_lead_last(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep_until(desk, DUE - 31 * MINUTE, OVER)
    first, channel, page, lead = list_events(ticket)
    assert first.data["to"] == [ticket.assignee_id]
    assert channel.data["to"] == [desk.lead.pk]  # the desk has no chat
    assert "No chat channel gets it" in describe_event(channel, desk.desk)
    assert page.data["to"] == lead.data["to"] == [desk.lead.pk]
    assert page.data["fallback"] is True  # nobody is on call
    assert "fallback" not in lead.data


def test_the_page_goes_to_who_is_on_call(desk: Cast) -> None:
    add_turn(make_rota(desk, desk.colleague), desk.colleague, NOON)
    desk.desk.refresh_from_db()
    ticket = desk.open_ticket()
    sweep_until(desk, DUE, DUE + 11 * MINUTE)
    page = list_events(ticket)[-1]
    assert (page.data["action"], page.data["to"]) == ("page", [desk.colleague.pk])
    assert page.data["names"] == [desk.colleague.name]


def test_a_reply_ends_the_ladder(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep(desk, DUE)
    reply(ticket_id=ticket.pk, text="On it.", agent=desk.analyst, at=DUE + MINUTE)
    assert not LadderRun.objects.exists()
    assert [event.at for event in list_events(ticket, EventKind.LADDER_ENDED)] == [DUE + MINUTE]
    assert sweep(desk, OVER) == 0


def test_an_end_before_the_first_step_leaves_no_event(desk: Cast) -> None:
    ticket = desk.open_ticket()
    close(ticket_id=ticket.pk, reason=CloseReason.SPAM, by=Actor.of(desk.analyst), at=NOON + MINUTE)
    assert not LadderRun.objects.exists()
    assert not list_events(ticket, EventKind.LADDER_ENDED)


def test_an_acknowledged_ladder_is_quiet_and_resumes_if_nothing_happens(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep(desk, DUE)
    assert acknowledge_by("analyst", desk, ticket, DUE + MINUTE)
    sweep_until(desk, DUE + MINUTE, DUE + 30 * MINUTE)
    assert len(list_steps_taken(ticket)) == 2
    sweep(desk, DUE + 31 * MINUTE)
    [resumed] = list_events(ticket, EventKind.LADDER_RESUMED)
    assert resumed.at == DUE + 31 * MINUTE
    assert list_steps_taken(ticket)[2:] == [(DUE + 31 * MINUTE, "page")]


def test_work_keeps_an_acknowledged_ladder_quiet(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep(desk, DUE)
    acknowledge_by("analyst", desk, ticket, DUE + MINUTE)
    add_note(ticket_id=ticket.pk, text="Looking.", agent=desk.analyst, at=DUE + 20 * MINUTE)
    sweep_until(desk, DUE + 20 * MINUTE, DUE + 49 * MINUTE)
    assert not list_events(ticket, EventKind.LADDER_RESUMED)
    sweep(desk, DUE + 50 * MINUTE)
    assert len(list_events(ticket, EventKind.LADDER_RESUMED)) == 1


def count_statements(cast: Cast, ticket: Ticket) -> int:
    with CaptureQueriesContext(connection) as found:
        add_note(ticket_id=ticket.pk, text="Looking.", agent=cast.analyst, at=DUE)
    return len(found)


def test_work_costs_the_same_however_many_ladders_there_are(desk: Cast) -> None:
    ticket = desk.open_ticket()
    count_statements(desk, ticket)  # which reads the ladders
    with_one = count_statements(desk, ticket)
    for number in range(4):
        add_ladder(desk, name=f"Another {number}")
    count_statements(desk, ticket)
    assert count_statements(desk, ticket) == with_one


def test_work_without_an_acknowledgement_does_not_stop_the_ladder(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep(desk, DUE)
    add_note(ticket_id=ticket.pk, text="Hm.", agent=desk.analyst, at=DUE + MINUTE)
    sweep(desk, DUE + 10 * MINUTE)
    assert list_steps_taken(ticket)[-1] == (DUE + 10 * MINUTE, "page")


def test_only_the_first_acknowledgement_counts(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep(desk, DUE)
    assert acknowledge_by("analyst", desk, ticket, DUE + MINUTE)
    assert not acknowledge_by("colleague", desk, ticket, DUE + 2 * MINUTE)
    [event] = list_events(ticket, EventKind.LADDER_ACKNOWLEDGED)
    assert event.actor_id == desk.analyst.pk


def test_nobody_acknowledges_what_does_not_run_and_observers_never(desk: Cast) -> None:
    ticket = desk.open_ticket()
    with pytest.raises(NotAllowedError):
        acknowledge_by("observer", desk, ticket, DUE)
    with pytest.raises(NotAllowedError):
        acknowledge(ticket_id=ticket.pk, by=Actor.of(desk.customer), at=DUE)
    close(ticket_id=ticket.pk, reason=CloseReason.SPAM, by=Actor.of(desk.analyst), at=NOON)
    with pytest.raises(ConflictError):
        acknowledge_by("analyst", desk, ticket, DUE)


def test_after_the_last_step_the_ladder_starts_again(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep_until(desk, DUE - 31 * MINUTE, DUE + 56 * MINUTE)
    assert list_steps_taken(ticket)[4:] == [(DUE + 55 * MINUTE, "assignee")]
    assert list_events(ticket)[-1].data["round"] == 2


def test_after_an_outage_the_steps_are_taken_late_but_once(desk: Cast) -> None:
    ticket = desk.open_ticket()
    back = DUE + 3 * 60 * MINUTE
    sweep_until(desk, back, back + 14 * MINUTE)
    assert list_steps_taken(ticket) == [(back, "assignee"), (back, "channel"), (back, "page")]
    sweep(desk, back + 15 * MINUTE)
    assert list_steps_taken(ticket)[-1] == (back + 15 * MINUTE, "lead")


def test_a_ticket_that_is_not_urgent_enough_has_no_ladder(in_rocket: Cast) -> None:
    add_ladder(in_rocket, priority=in_rocket.priorities["High"])
    in_rocket.open_ticket(priority=in_rocket.priorities["Medium"])
    assert not LadderRun.objects.exists()
    ticket = in_rocket.open_ticket(priority=in_rocket.priorities["High"])
    assert LadderRun.objects.get().ticket_id == ticket.pk


def test_another_priority_starts_or_ends_the_ladder(in_rocket: Cast) -> None:
    high, medium = in_rocket.priorities["High"], in_rocket.priorities["Medium"]
    add_ladder(in_rocket, priority=high)
    ticket, by = in_rocket.open_ticket(priority=medium), Actor.of(in_rocket.analyst)
    change_priority(ticket_id=ticket.pk, priority=high, by=by, at=NOON + MINUTE)
    assert LadderRun.objects.filter(ticket=ticket).exists()
    change_priority(ticket_id=ticket.pk, priority=medium, by=by, at=NOON + 2 * MINUTE)
    assert not LadderRun.objects.filter(ticket=ticket).exists()


def test_the_first_ladder_that_fits_counts(desk: Cast) -> None:
    second = add_ladder(desk, name="Second", position=1)
    desk.open_ticket()
    assert LadderRun.objects.get().ladder.name == "Urgent"
    Ladder.objects.exclude(pk=second.pk).update(is_active=False)
    desk.desk.refresh_from_db()
    ticket = desk.open_ticket()
    assert LadderRun.objects.get(ticket=ticket).ladder == second


def test_a_ladder_that_was_turned_off_falls_silent(desk: Cast) -> None:
    ticket = desk.open_ticket()
    Ladder.objects.update(is_active=False)
    assert sweep(desk, DUE) == 1
    assert not list_events(ticket)
    assert not list_due_ladders(OVER).exists()


def test_a_step_notifies_its_agents_once(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep(desk, DUE - 30 * MINUTE)
    deliver_all(desk, DUE)
    [event] = list_events(ticket)
    told = Notification.objects.filter(event=event)
    assert [one.agent_id for one in told] == [ticket.assignee_id]


def test_a_step_reassigns_to_another_agent_on_shift(in_rocket: Cast) -> None:
    add_ladder(in_rocket, [(0, AFTER, Action.REASSIGN), (15, SILENCE, Action.LEAD)])
    ticket = in_rocket.open_ticket()
    before = ticket.assignee_id
    sweep(in_rocket, DUE)
    deliver_all(in_rocket, DUE)
    ticket.refresh_from_db()
    assert ticket.assignee_id not in (before, None)
    shown = find_ladder(ticket)
    assert shown
    assert shown.steps[0].names == (ticket.assignee.name,)


def test_if_nobody_is_on_shift_the_leads_hear_of_it(in_rocket: Cast) -> None:
    add_ladder(in_rocket, [(0, AFTER, Action.REASSIGN)])
    ticket = in_rocket.open_ticket()
    before = ticket.assignee_id
    Shift.objects.all().delete()
    in_rocket.desk.refresh_from_db()
    for _run in range(2):
        sweep(in_rocket, DUE)
        deliver_all(in_rocket, DUE)
    ticket.refresh_from_db()
    assert ticket.assignee_id == before
    told = Notification.objects.filter(event__in=list_events(ticket))
    assert [one.agent_id for one in told] == [in_rocket.lead.pk]


@pytest.mark.parametrize("action", [one for one in Action if one != Action.REASSIGN])
@pytest.mark.parametrize("who", ["lead", "admin"])
def test_no_action_is_silent_when_it_finds_nobody_and_the_ladder_goes_on(
    in_rocket: Cast, action: Action, who: str
) -> None:
    """No assignee, rota, chat, manager or executive; with "admin", no lead either."""
    add_ladder(in_rocket, [(0, AFTER, action), (15, SILENCE, action)])
    if who == "admin":
        Agent.objects.filter(pk=in_rocket.lead.pk).update(role="analyst")
    ticket = in_rocket.open_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None)
    sweep_until(in_rocket, DUE, DUE + 120 * MINUTE)
    events = list_events(ticket)
    assert [(event.at - DUE) / MINUTE for event in events] == [0, 15, 45, 60, 90, 105]
    assert [event.data["to"] for event in events] == [[getattr(in_rocket, who).pk]] * 6


def test_a_page_that_is_refused_for_ever_does_not_end_the_ladder(in_rocket: Cast) -> None:
    add_ladder(in_rocket, [(0, AFTER, Action.PAGE)])
    service = PagingService(desk=in_rocket.desk, name="Off", kind="jsm", url="http://127.0.0.1:9")
    service.save()
    ticket = in_rocket.open_ticket()
    for minutes in (0, 30, 60):
        sweep(in_rocket, DUE + minutes * MINUTE)
        deliver_all(in_rocket, DUE + minutes * MINUTE)
        OutgoingCall.objects.update(state=CallState.FAILED)
    assert [event.data["round"] for event in list_events(ticket)] == [1, 2, 3]
    assert OutgoingCall.objects.count() == 3


def test_a_named_executive_is_alerted(in_rocket: Cast) -> None:
    add_ladder(in_rocket, [(0, AFTER, Action.EXECUTIVE, in_rocket.admin)])
    ticket = in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    assert list_events(ticket)[0].data["to"] == [in_rocket.admin.pk]


def test_the_accounts_managers_are_alerted(in_rocket: Cast) -> None:
    add_ladder(in_rocket, [(0, AFTER, Action.MANAGER)])
    in_rocket.account.success_manager = in_rocket.colleague
    in_rocket.account.save()
    ticket = in_rocket.open_ticket()
    sweep(in_rocket, DUE)
    assert list_events(ticket)[0].data["to"] == [in_rocket.colleague.pk]


def test_the_sweep_of_another_desk_takes_no_step(desk: Cast, matter: Cast) -> None:
    ticket = desk.open_ticket()
    with desk_scope(matter.desk):
        assert take_due_steps(desk_id=matter.desk.pk, at=OVER) == 0
    assert not list_events(ticket)


def test_a_ladder_is_never_shown_as_done_by_a_machine(desk: Cast) -> None:
    ticket = desk.open_ticket()
    sweep(desk, DUE)
    with pytest.raises(NotAllowedError):
        acknowledge(ticket_id=ticket.pk, by=SYSTEM, at=DUE)
    assert list_steps_taken(ticket)


def test_a_deadline_that_moves_far_ahead_begins_the_ladder_anew(in_rocket: Cast) -> None:
    low = in_rocket.priorities["Low"]
    Target.objects.filter(priority=low).update(amount=4800)
    add_ladder(in_rocket)
    ticket = in_rocket.open_ticket(priority=in_rocket.priorities["High"])
    due = LadderRun.objects.get().due_at
    sweep(in_rocket, due)
    by, at = Actor.of(in_rocket.analyst), due + MINUTE
    change_priority(ticket_id=ticket.pk, priority=low, by=by, at=at)
    run = LadderRun.objects.get()
    assert run.due_at > at + 60 * MINUTE
    assert (run.round, run.next_step, run.last_step_at) == (0, 0, None)
    assert run.next_at == run.due_at - 30 * MINUTE
    assert len(list_events(ticket, EventKind.LADDER_ENDED)) == 1
