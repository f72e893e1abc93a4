"""Lending: what can't wait goes to an agent who is there, and comes back to its owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Agent
from accounts.tenancy import desk_scope
from routing.handover import lending
from routing.handover.lending import (
    find_due_tickets,
    hand_back_tickets,
    lend_due_tickets,
    take_over,
)
from routing.models import (
    Absence,
    Handover,
    OnCallRota,
    OnCallTurn,
    Presence,
    PresenceState,
)
from routing.services import reassign_stranded_tickets
from routing.tasks import sweep_handovers
from tests.cast import NOON, Cast
from tests.departments import close_department
from tests.routing.shifts import set_shift
from tickets.actors import SYSTEM, Actor
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.sentences.reasons import describe_reason
from tickets.services import (
    NewMessage,
    add_customer_message,
    assign,
    change_department,
    close,
    hold_ticket,
    reply,
)

HOUR = timedelta(hours=1)
EVENING = NOON + 6 * HOUR  # 19:00 UTC: the analyst's shift is over


@pytest.fixture
def cast(in_rocket: Cast) -> Cast:
    """The analyst works from 8 to 16 UTC, the colleague from 16 to 24."""
    set_shift(in_rocket.analyst, 8, 16)
    set_shift(in_rocket.colleague, 16, 24)
    return in_rocket


def open_for_analyst(cast: Cast, *, due_at: datetime | None = None, rank: int = 2) -> Ticket:
    ranked = sorted(cast.priorities.values(), key=lambda one: one.rank)
    ticket = cast.open_ticket(priority=ranked[rank - 1])
    assert ticket.assignee == cast.analyst
    if due_at is not None:
        Ticket.objects.filter(pk=ticket.pk).update(due_at=due_at, due_kind="next_response")
    return fresh(ticket)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("assignee", "owner", "desk").get(pk=ticket.pk)


def lend(cast: Cast, at: datetime = EVENING) -> int:
    return lend_due_tickets(desk_id=cast.desk.pk, at=at)


def hand_back(cast: Cast, at: datetime) -> int:
    return hand_back_tickets(desk_id=cast.desk.pk, at=at)


def test_a_reply_that_is_due_before_the_agent_is_back_goes_to_another(cast: Cast) -> None:
    ticket = open_for_analyst(cast, due_at=EVENING + HOUR)
    assert lend(cast) == 1
    ticket = fresh(ticket)
    assert (ticket.assignee, ticket.owner) == (cast.colleague, cast.analyst)
    event = ticket.events.filter(kind=EventKind.ASSIGNED).latest("pk")
    assert event.data["assignee"] == [cast.analyst.pk, cast.colleague.pk]
    assert event.data["owner"] == [None, cast.analyst.pk]
    assert describe_reason(event.data["reason"]) == (
        "Handed over to Colleague, who works on it for Analyst. It goes back on Thu, Nov 19, "
        "8:00 AM."
    )
    assert lend(cast) == 0


def test_a_reply_that_is_due_after_the_agent_is_back_stays(cast: Cast) -> None:
    ticket = open_for_analyst(cast, due_at=datetime.fromisoformat("2026-11-19T08:30:00+00:00"))
    assert lend(cast) == 0
    assert fresh(ticket).assignee == cast.analyst


def test_an_internal_aim_is_not_a_promise(cast: Cast) -> None:
    ticket = open_for_analyst(cast, due_at=EVENING + HOUR)
    Ticket.objects.filter(pk=ticket.pk).update(due_kind="resolution")
    assert lend(cast) == 0


def test_urgent_work_is_handed_over_at_the_end_of_the_shift_with_a_note(cast: Cast) -> None:
    ticket = open_for_analyst(cast, rank=1, due_at=NOON + timedelta(days=3))
    assert lend(cast, NOON + 2 * HOUR) == 0  # still on shift
    assert lend(cast, NOON + 3 * HOUR) == 1  # 16:00
    handover = Handover.objects.get(ticket=ticket)
    assert (handover.sender, handover.receiver) == (cast.analyst, cast.colleague)
    assert (handover.cause, handover.ended_at, handover.claimed_at) == ("shift_end", None, None)
    assert handover.until == NOON + 19 * HOUR  # 8:00 the next day
    assert handover.alarm_at == NOON + 11 * HOUR  # the end of the colleague's shift
    assert handover.note["asked"] == ticket.messages.get().pk
    assert handover.note["waiting_since"] == NOON.isoformat()
    assert handover.note["due_kind"] == "next_response"


def test_the_rest_stays_with_its_agent(cast: Cast) -> None:
    ticket = open_for_analyst(cast, due_at=NOON + timedelta(days=3))
    assert lend(cast) == 0
    assert fresh(ticket).assignee == cast.analyst


def test_what_waits_for_the_customer_or_is_on_hold_stays(cast: Cast) -> None:
    waiting, held = open_for_analyst(cast, rank=1), open_for_analyst(cast, rank=1)
    reply(ticket_id=waiting.pk, agent=cast.analyst, text="Try this", at=NOON)
    by, until = Actor.of(cast.analyst), EVENING + timedelta(days=1)
    hold_ticket(ticket_id=held.pk, by=by, until=until, why="Parts", at=NOON)
    Ticket.objects.filter(pk=held.pk).update(due_at=EVENING + timedelta(days=9), due_kind="")
    assert lend(cast) == 0


def test_a_customers_message_is_answered_while_the_owner_sleeps(cast: Cast) -> None:
    ticket = open_for_analyst(cast)
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Try this", at=NOON)
    add_customer_message(
        ticket_id=ticket.pk, contact=cast.customer, new=NewMessage("No", "email"), at=EVENING
    )
    Ticket.objects.filter(pk=ticket.pk).update(due_at=EVENING + HOUR, due_kind="next_response")
    assert lend(cast) == 1
    assert fresh(ticket).assignee == cast.colleague


def test_it_comes_back_when_the_owner_is_back(cast: Cast) -> None:
    ticket = open_for_analyst(cast, due_at=EVENING + HOUR)
    lend(cast)
    assert hand_back(cast, EVENING + HOUR) == 0
    morning = NOON + 19 * HOUR
    assert hand_back(cast, morning) == 1
    ticket = fresh(ticket)
    assert (ticket.assignee, ticket.owner) == (cast.analyst, None)
    assert Handover.objects.get(ticket=ticket).ended_at == morning
    event = ticket.events.filter(kind=EventKind.ASSIGNED).latest("pk")
    assert event.data["owner"] == [cast.analyst.pk, None]
    assert describe_reason(event.data["reason"]) == (
        "Handed back to Analyst, who is available again."
    )
    assert hand_back(cast, morning) == 0


def test_it_does_not_come_back_to_an_owner_who_is_away_or_on_leave(cast: Cast) -> None:
    ticket = open_for_analyst(cast, due_at=EVENING + HOUR)
    lend(cast)
    morning = NOON + 19 * HOUR
    Presence.objects.create(desk=cast.desk, agent=cast.analyst, state=PresenceState.AWAY)
    assert hand_back(cast, morning) == 0
    Presence.objects.all().delete()
    leave = Absence.objects.create(
        desk=cast.desk,
        agent=cast.analyst,
        kind="leave",
        start_at=morning - HOUR,
        end_at=morning + HOUR,
    )
    assert hand_back(cast, morning) == 0
    leave.delete()
    assert hand_back(cast, morning) == 1
    assert fresh(ticket).assignee == cast.analyst


def put_on_call(cast: Cast, agent: Agent) -> None:
    rota = OnCallRota.objects.create(desk=cast.desk, name="Nights")
    OnCallTurn.objects.create(
        desk=cast.desk,
        rota=rota,
        agent=agent,
        planned_agent=agent,
        start_at=NOON,
        end_at=NOON + timedelta(days=1),
    )


def test_who_is_on_call_keeps_urgent_tickets_and_lends_the_others(cast: Cast) -> None:
    put_on_call(cast, cast.analyst)
    urgent = open_for_analyst(cast, rank=1, due_at=EVENING + HOUR)
    other = open_for_analyst(cast, due_at=EVENING + HOUR)
    assert lend(cast) == 1
    assert fresh(urgent).assignee == cast.analyst
    assert fresh(other).assignee == cast.colleague
    assert hand_back(cast, EVENING + HOUR) == 0  # being on call is not being back


def test_at_night_the_agent_on_call_gets_urgent_tickets_of_others(cast: Cast) -> None:
    urgent, other = open_for_analyst(cast, rank=1), open_for_analyst(cast, due_at=EVENING)
    put_on_call(cast, cast.colleague)
    night = NOON + 12 * HOUR  # 1:00: nobody is on shift
    assert lend(cast, night) == 1
    assert fresh(urgent).assignee == cast.colleague
    assert fresh(other).assignee == cast.analyst


def test_a_third_agent_takes_over_and_the_owner_stays(cast: Cast) -> None:
    """The level-two agent is moved to level one and works at night."""
    third = cast.level_two
    Agent.objects.filter(pk=third.pk).update(level="l1")
    set_shift(third, 0, 8)
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    night = NOON + 12 * HOUR  # 1:00
    assert lend(cast, night) == 1
    ticket = fresh(ticket)
    assert (ticket.assignee, ticket.owner) == (third, cast.analyst)
    handovers = Handover.objects.filter(ticket=ticket).order_by("pk")
    assert [one.receiver for one in handovers] == [cast.colleague, third]
    assert [one.ended_at for one in handovers] == [night, None]


def test_an_agent_who_is_away_lends_only_what_is_due_soon(cast: Cast) -> None:
    set_shift(cast.colleague, 8, 24)
    assign_all = [open_for_analyst_or_colleague(cast, minutes) for minutes in (30, 90)]
    Presence.objects.create(desk=cast.desk, agent=cast.analyst, state=PresenceState.AWAY)
    assert lend(cast, NOON) == 1
    assert [fresh(ticket).assignee for ticket in assign_all] == [cast.colleague, cast.analyst]


def open_for_analyst_or_colleague(cast: Cast, minutes: int) -> Ticket:
    ticket = cast.open_ticket()
    assign(ticket_id=ticket.pk, agent=cast.analyst, by=SYSTEM, at=NOON)
    due_at = NOON + timedelta(minutes=minutes)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=due_at, due_kind="next_response")
    return ticket


def test_with_nobody_there_it_stays_and_is_handed_over_later(cast: Cast) -> None:
    set_shift(cast.colleague, 20, 24)
    ticket = open_for_analyst(cast, rank=1)
    assert lend(cast, EVENING) == 0
    assert fresh(ticket).assignee == cast.analyst
    assert lend(cast, EVENING + HOUR) == 1


def test_an_assignment_by_hand_ends_the_lending(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routing.tasks.timezone.now", lambda: EVENING)
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    assign(ticket_id=ticket.pk, agent=cast.colleague, by=Actor.of(cast.lead), at=EVENING)
    assert fresh(ticket).owner is None
    assert hand_back(cast, NOON + 19 * HOUR) == 0
    sweep_handovers()
    assert not Handover.objects.filter(ended_at__isnull=True).exists()


def test_if_the_owner_leaves_the_holder_keeps_it(cast: Cast) -> None:
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    Agent.objects.filter(pk=cast.analyst.pk).update(is_active=False)
    cast.desk.refresh_from_db()
    assert hand_back(cast, EVENING) == 1
    ticket = fresh(ticket)
    assert (ticket.assignee, ticket.owner) == (cast.colleague, None)


def test_a_closed_ticket_goes_back_too(cast: Cast) -> None:
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    close(ticket_id=ticket.pk, by=Actor.of(cast.colleague), at=EVENING)
    assert hand_back(cast, NOON + 19 * HOUR) == 1
    assert fresh(ticket).assignee == cast.analyst


def test_another_desks_tickets_stay(cast: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        for agent in (matter.analyst, matter.colleague):
            set_shift(agent, 8, 16)
        set_shift(matter.level_two, 0, 0)
        elsewhere = matter.open_ticket()
        Ticket.objects.filter(pk=elsewhere.pk).update(due_at=EVENING, due_kind="next_response")
    open_for_analyst(cast, rank=1)
    assert lend(cast) == 1
    with desk_scope(matter.desk):
        assert Ticket.objects.get(pk=elsewhere.pk).owner_id is None


def test_another_agent_can_take_a_lent_ticket_over_and_the_owner_takes_it_back(cast: Cast) -> None:
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    take_over(ticket_id=ticket.pk, agent=cast.lead, at=EVENING)
    found = fresh(ticket)
    assert (found.assignee, found.owner) == (cast.lead, cast.analyst)
    assert Handover.objects.get(ticket=ticket, ended_at=None).claimed_at == EVENING
    take_over(ticket_id=ticket.pk, agent=cast.analyst, at=EVENING)
    found = fresh(ticket)
    assert (found.assignee, found.owner) == (cast.analyst, None)
    assert not Handover.objects.filter(ended_at=None).exists()
    with pytest.raises(ConflictError):
        take_over(ticket_id=ticket.pk, agent=cast.lead, at=EVENING)


def test_an_observer_takes_nothing_over(cast: Cast) -> None:
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    with pytest.raises(NotAllowedError):
        take_over(ticket_id=ticket.pk, agent=cast.observer, at=EVENING)


def hide_from_owner(cast: Cast, ticket: Ticket) -> None:
    """Move a lent ticket to a department that only the colleague sees."""
    trials = close_department(cast, "trials", members=(cast.colleague,))
    change_department(
        ticket_id=ticket.pk, department=trials, by=Actor.of(cast.colleague), at=EVENING
    )


def test_a_ticket_that_was_hidden_meanwhile_does_not_go_back(cast: Cast) -> None:
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    hide_from_owner(cast, ticket)
    assert hand_back(cast, NOON + 19 * HOUR) == 1
    ticket = fresh(ticket)
    assert (ticket.assignee, ticket.owner) == (cast.colleague, None)
    assert describe_reason(ticket.route_reasons[-1]).startswith("Analyst isn't a member of")
    assert not Handover.objects.filter(ended_at=None).exists()


def test_nor_if_its_holder_leaves(cast: Cast) -> None:
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    hide_from_owner(cast, ticket)
    Agent.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    cast.desk.refresh_from_db()
    assert reassign_stranded_tickets(desk_id=cast.desk.pk, at=EVENING) == 1
    ticket = fresh(ticket)
    assert (ticket.assignee, ticket.owner) == (None, None)


def test_a_closed_ticket_without_a_holder_loses_its_owner(cast: Cast) -> None:
    """It would be looked at every minute, before all others."""
    ticket = open_for_analyst(cast, rank=1)
    lend(cast)
    hide_from_owner(cast, ticket)
    close(ticket_id=ticket.pk, by=Actor.of(cast.colleague), at=EVENING)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None)  # as when the holder is deleted
    assert hand_back(cast, NOON + 19 * HOUR) == 1
    assert hand_back(cast, NOON + 19 * HOUR) == 0
    assert fresh(ticket).owner is None


def hold(cast: Cast, ticket: Ticket) -> None:
    by, until = Actor.of(cast.analyst), EVENING + 8 * HOUR
    hold_ticket(ticket_id=ticket.pk, by=by, until=until, why="Vendor", at=EVENING)


def answer(cast: Cast, ticket: Ticket) -> None:
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Look", at=EVENING, then="")


@pytest.mark.parametrize(("work", "rank"), [(hold, 1), (answer, 2)])
def test_work_that_comes_first_keeps_the_ticket_with_its_agent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, work: Callable[[Cast, Ticket], None], rank: int
) -> None:
    """The agent replies or puts it on hold after the sweep has found it."""
    ticket = open_for_analyst(cast, rank=rank)
    answer(cast, ticket)
    if work is answer:
        due = {"due_at": EVENING + HOUR, "due_kind": "next_response"}
        Ticket.objects.filter(pk=ticket.pk).update(**due)
    find = find_due_tickets

    def find_and_work(*args: Any, **given: Any) -> list[int]:
        found = find(*args, **given)
        assert found == [ticket.pk]
        work(cast, ticket)
        return found

    monkeypatch.setattr(lending, "find_due_tickets", find_and_work)
    assert lend(cast) == 0
    assert fresh(ticket).assignee == cast.analyst


def test_tickets_where_nobody_is_there_keep_no_others_waiting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At night nobody works at level two, and its tickets are due first."""
    monkeypatch.setattr(lending, "DUE", lending.DUE.replace("LIMIT 200", "LIMIT 2"))
    ticket = open_for_analyst(cast, due_at=EVENING + HOUR)
    for agent in (cast.level_two, cast.lead, cast.admin):
        set_shift(agent, 8, 16)
    for _ in range(3):
        other = cast.open_ticket()
        assign(ticket_id=other.pk, agent=cast.level_two, by=SYSTEM, at=NOON)
        Ticket.objects.filter(pk=other.pk).update(
            level="l2", due_at=EVENING, due_kind="next_response"
        )
    assert lend(cast) == 1
    assert fresh(ticket).assignee == cast.colleague


def test_a_rota_that_is_turned_off_puts_nobody_on_call(cast: Cast) -> None:
    urgent = open_for_analyst(cast, rank=1)
    put_on_call(cast, cast.colleague)
    OnCallRota.objects.update(is_active=False)
    assert lend(cast, NOON + 12 * HOUR) == 0
    assert fresh(urgent).assignee == cast.analyst
