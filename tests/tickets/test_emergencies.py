"""Emergencies: the entitlement, the outcomes, what the customer is told and by when (M75, M76)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from accounts.models import Agent, AgentDepartment, Department, Plan, Product, Visibility
from routing.models import OnCallRota, OnCallTurn, PresenceState, Shift
from routing.presence import set_presence
from routing.services import assign_waiting_tickets
from tests.cast import NOON, Cast
from tests.staff import add_turn, make_rota
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.errors import (
    ConflictError,
    EmptyTextError,
    InvalidValueError,
    NotAllowedError,
)
from tickets.events import EventKind
from tickets.models import (
    Emergency,
    EmergencyState,
    Notification,
    Priority,
    State,
    Ticket,
)
from tickets.rules.coverage import find_emergency_refusal
from tickets.rules.emergencies import OUTCOMES, get_next_step, list_outcomes
from tickets.services import (
    EmergencyReport,
    NewMessage,
    add_customer_message,
    close,
    decide_emergency,
    reopen,
    reply,
    report_emergency,
    withdraw_promise,
)

REPORT = EmergencyReport("Nobody can log in", "Ana", "+55 51 3333 0000")


@pytest.fixture
def entitled(in_rocket: Cast) -> Cast:
    """The first desk, whose plan includes emergencies with the priority High."""
    Plan.objects.filter(pk=in_rocket.plan.pk).update(allows_emergencies=True)
    Priority.objects.filter(name="High").update(allows_emergencies=True)
    for cast_row in (in_rocket.plan, in_rocket.priorities["High"]):
        cast_row.refresh_from_db()
    return in_rocket


@pytest.fixture
def ticket(entitled: Cast) -> Ticket:
    return entitled.open_ticket(priority=entitled.priorities["High"])


def list_promises(ticket: Ticket) -> list[datetime]:
    promised = ticket.events.filter(kind=EventKind.UPDATE_PROMISED).order_by("pk")
    return [datetime.fromisoformat(event.data["due_at"]) for event in promised]


def decide(cast: Cast, ticket: Ticket, outcome: str, **more: object) -> Ticket:
    given = {"text": "We are on it.", "at": NOON} | more
    decide_emergency(ticket_id=ticket.pk, agent=cast.analyst, outcome=outcome, **given)
    return Ticket.objects.get(pk=ticket.pk)


def test_a_report_promises_a_decision_within_the_desks_time(entitled: Cast, ticket: Ticket) -> None:
    emergency = report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    assert (emergency.state, emergency.refusal) == (EmergencyState.REPORTED, {})
    assert list_promises(ticket) == [NOON + timedelta(minutes=15)]
    assert ticket.events.get(kind=EventKind.UPDATE_PROMISED).data["is_automatic"]
    assert Ticket.objects.get(pk=ticket.pk).emergency == "reported"


def test_a_second_report_is_refused_until_there_is_a_decision(
    entitled: Cast, ticket: Ticket
) -> None:
    given = {"ticket_id": ticket.pk, "by": entitled.customer, "report": REPORT, "at": NOON}
    report_emergency(**given)
    with pytest.raises(ConflictError):
        report_emergency(**given)
    decide(entitled, ticket, "accepted")
    report_emergency(**given)
    assert Emergency.objects.count() == 2


@pytest.mark.parametrize(
    ("outcome", "minutes", "status"),
    [
        ("accepted", 60, State.INVESTIGATING),
        ("information", 45, State.WAITING),
        ("downgraded", 480, State.OPEN),
    ],
)
def test_each_outcome_is_a_public_reply_with_the_next_promise(
    entitled: Cast, ticket: Ticket, outcome: str, minutes: int, status: State
) -> None:
    entitled.desk.emergency_information_minutes = 45
    entitled.desk.save()
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    lower = entitled.priorities["Medium"] if outcome == "downgraded" else None
    found = decide(entitled, ticket, outcome, priority=lower)
    assert (found.status, found.emergency) == (status, outcome)
    assert found.messages.last().body_text == "We are on it."
    assert list_promises(ticket)[-1] == NOON + timedelta(minutes=minutes)
    event = found.events.get(kind=EventKind.EMERGENCY_DECIDED)
    assert event.data["outcome"] == outcome
    emergency = Emergency.objects.get()
    assert (emergency.decided_by, emergency.decided_at) == (entitled.analyst, NOON)


def test_a_downgrade_needs_a_lower_priority(entitled: Cast, ticket: Ticket) -> None:
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    for priority in (None, entitled.priorities["High"]):
        with pytest.raises(InvalidValueError) as refused:
            decide(entitled, ticket, "downgraded", priority=priority)
        assert refused.value.field == "priority"
    found = decide(entitled, ticket, "downgraded", priority=entitled.priorities["Low"])
    assert found.priority == entitled.priorities["Low"]
    assert found.events.get(kind=EventKind.PRIORITY_CHANGED).data["priority"] == ["High", "Low"]


def test_the_customers_answer_brings_a_decision_again(entitled: Cast, ticket: Ticket) -> None:
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    decide(entitled, ticket, "information")
    later = NOON + timedelta(minutes=20)
    add_customer_message(
        ticket_id=ticket.pk, contact=entitled.customer, new=NewMessage("All users", "web"), at=later
    )
    found = Ticket.objects.get(pk=ticket.pk)
    assert (found.emergency, found.status) == ("reported", State.OPEN)
    assert list_promises(ticket)[-1] == later + timedelta(minutes=15)
    assert decide(entitled, ticket, "accepted", at=later).emergency == "accepted"
    add_customer_message(
        ticket_id=ticket.pk, contact=entitled.customer, new=NewMessage("Thanks", "web"), at=later
    )
    assert Ticket.objects.get(pk=ticket.pk).emergency == "accepted"  # decided once and for all


def test_an_emergency_is_decided_once(entitled: Cast, ticket: Ticket) -> None:
    with pytest.raises(ConflictError):
        decide(entitled, ticket, "accepted")
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    decide(entitled, ticket, "accepted")
    with pytest.raises(ConflictError):
        decide(entitled, ticket, "accepted")
    assert ticket.messages.count() == 2


def test_without_entitlement_only_an_agent_reports_and_only_as_an_exception(
    in_rocket: Cast,
) -> None:
    ticket = in_rocket.open_ticket()
    with pytest.raises(NotAllowedError):
        report_emergency(ticket_id=ticket.pk, by=in_rocket.customer, report=REPORT, at=NOON)
    emergency = report_emergency(ticket_id=ticket.pk, by=in_rocket.analyst, report=REPORT, at=NOON)
    assert emergency.refusal["code"] == "emergencies_not_in_plan"
    with pytest.raises(InvalidValueError, match="courtesy exception"):
        decide(in_rocket, ticket, "accepted")
    assert decide(in_rocket, ticket, "courtesy").emergency == "courtesy"


def test_a_covered_emergency_is_no_exception(entitled: Cast, ticket: Ticket) -> None:
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    with pytest.raises(InvalidValueError, match="covers"):
        decide(entitled, ticket, "courtesy")


def test_the_entitlement_names_plan_product_and_priority(entitled: Cast, ticket: Ticket) -> None:
    assert find_emergency_refusal(ticket) == {}
    low = entitled.open_ticket(priority=entitled.priorities["Low"])
    assert find_emergency_refusal(low)["code"] == "too_low_for_emergency"
    stranger = entitled.open_ticket(contact=entitled.stranger, is_unverified=True)
    assert find_emergency_refusal(stranger)["code"] == "emergencies_without_plan"
    covered, other = (
        Product.objects.create(desk=entitled.desk, name=name) for name in ("Server", "App")
    )
    entitled.plan.products.add(covered, through_defaults={"desk": entitled.desk})
    ticket.product = other
    assert find_emergency_refusal(ticket)["code"] == "product_not_in_plan"


def test_a_reporter_can_raise_the_priority_but_not_lower_it(entitled: Cast) -> None:
    low = entitled.open_ticket(priority=entitled.priorities["Low"])
    high = EmergencyReport("Down", priority=entitled.priorities["High"])
    report_emergency(ticket_id=low.pk, by=entitled.customer, report=high, at=NOON)
    assert Ticket.objects.get(pk=low.pk).priority == entitled.priorities["High"]
    other = entitled.open_ticket(priority=entitled.priorities["High"])
    wrong = EmergencyReport("Down", priority=entitled.priorities["Low"])
    report_emergency(ticket_id=other.pk, by=entitled.customer, report=wrong, at=NOON)
    assert Ticket.objects.get(pk=other.pk).priority == entitled.priorities["High"]


def test_bad_reports_and_decisions_change_nothing(entitled: Cast, ticket: Ticket) -> None:
    with pytest.raises(EmptyTextError):
        report_emergency(
            ticket_id=ticket.pk, by=entitled.customer, report=EmergencyReport(" "), at=NOON
        )
    with pytest.raises(NotAllowedError):
        report_emergency(ticket_id=ticket.pk, by=entitled.observer, report=REPORT, at=NOON)
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    with pytest.raises(EmptyTextError):
        decide(entitled, ticket, "accepted", text=" ")
    with pytest.raises(InvalidValueError):
        decide(entitled, ticket, "reported")
    close(ticket_id=ticket.pk, by=Actor.of(entitled.analyst), at=NOON)
    with pytest.raises(ConflictError):
        decide(entitled, ticket, "accepted")
    with pytest.raises(ConflictError):
        report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)


def test_leads_the_assignee_and_whoever_is_on_call_are_told_once(
    entitled: Cast, ticket: Ticket
) -> None:
    rota = OnCallRota.objects.create(desk=entitled.desk, name="Nights")
    hours = {"desk": entitled.desk, "rota": rota}
    now = {"start_at": NOON - timedelta(hours=1), "end_at": NOON + timedelta(hours=1)}
    OnCallTurn.objects.create(**hours, agent=entitled.level_two, **now)
    later = {"start_at": NOON + timedelta(hours=1), "end_at": NOON + timedelta(hours=9)}
    OnCallTurn.objects.create(**hours, agent=entitled.admin, **later)
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    for _ in range(2):
        deliver_due(desk_id=entitled.desk.pk, at=NOON + timedelta(hours=1))
    told = Notification.objects.filter(event__kind=EventKind.EMERGENCY_REPORTED)
    assert sorted(told.values_list("agent_id", flat=True)) == sorted(
        [entitled.lead.pk, ticket.assignee_id, entitled.level_two.pk]
    )


def test_outcomes_and_next_steps() -> None:
    assert list_outcomes({}) == [o for o in OUTCOMES if o != EmergencyState.COURTESY]
    assert list_outcomes({"code": "x"}) == [o for o in OUTCOMES if o != EmergencyState.ACCEPTED]
    assert get_next_step(EmergencyState.ACCEPTED, State.OPEN) == "investigating"
    assert get_next_step(EmergencyState.ACCEPTED, State.ESCALATED) == ""
    assert get_next_step(EmergencyState.COURTESY, State.INVESTIGATING) == ""
    assert get_next_step(EmergencyState.INFORMATION, State.INVESTIGATING) == "waiting"


def put_on_call(cast: Cast, agent: Agent, level: str = "") -> None:
    """Let nobody be on shift any more, and one agent be on call."""
    Shift.objects.all().delete()
    add_turn(make_rota(cast, agent, level=level), agent, NOON - timedelta(days=1))


def report(cast: Cast, ticket: Ticket) -> Ticket:
    high = replace(REPORT, priority=cast.priorities["High"])
    report_emergency(ticket_id=ticket.pk, by=cast.customer, report=high, at=NOON)
    return Ticket.objects.select_related("assignee", "owner").get(pk=ticket.pk)


@pytest.mark.parametrize(("level", "is_assigned"), [("", True), ("l1", True), ("l2", False)])
def test_with_nobody_on_shift_the_agent_on_call_at_its_level_is_assigned(
    entitled: Cast, level: str, is_assigned: bool
) -> None:
    put_on_call(entitled, entitled.level_two, level)
    ticket = entitled.open_ticket(priority=entitled.priorities["Medium"])
    assert ticket.assignee is None  # of another level, and not urgent
    found = report(entitled, ticket)
    assert found.assignee == (entitled.level_two if is_assigned else None)


def test_agents_on_shift_come_before_the_agent_on_call(entitled: Cast) -> None:
    add_turn(make_rota(entitled, entitled.level_two), entitled.level_two, NOON - timedelta(days=1))
    found = report(entitled, entitled.open_ticket())
    assert found.assignee in {entitled.analyst, entitled.colleague}


def test_an_agent_on_call_who_is_away_is_not_assigned(entitled: Cast) -> None:
    put_on_call(entitled, entitled.level_two)
    set_presence(agent=entitled.level_two, state=PresenceState.AWAY, at=NOON)
    assert report(entitled, entitled.open_ticket()).assignee is None


def test_an_agent_on_call_is_not_assigned_what_is_hidden_from_them(entitled: Cast) -> None:
    put_on_call(entitled, entitled.level_two)
    Department.objects.update(visibility=Visibility.MEMBERS)
    AgentDepartment.objects.filter(agent=entitled.level_two).delete()
    assert report(entitled, entitled.open_ticket()).assignee is None


def test_an_emergency_of_an_absent_agent_goes_to_who_is_on_call_and_comes_back(
    entitled: Cast, ticket: Ticket
) -> None:
    owner = ticket.assignee
    put_on_call(entitled, entitled.level_two)
    found = report(entitled, ticket)
    assert (found.assignee, found.owner) == (entitled.level_two, owner)
    assert found.handovers.get().receiver == entitled.level_two


def test_an_unassigned_emergency_does_not_wait_behind_tickets_that_nobody_can_take(
    entitled: Cast,
) -> None:
    Shift.objects.all().delete()
    entitled.open_ticket()
    ticket = report(entitled, entitled.open_ticket(at=NOON + timedelta(minutes=1)))
    assert ticket.assignee is None
    put_on_call(entitled, entitled.level_two)
    assert assign_waiting_tickets(desk_id=entitled.desk.pk, at=NOON) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == entitled.level_two


@pytest.mark.parametrize(
    ("who", "status"), [("analyst", State.INVESTIGATING), ("customer", State.OPEN)]
)
def test_an_emergency_on_a_waiting_ticket_is_work_for_the_desk(
    entitled: Cast, ticket: Ticket, who: str, status: State
) -> None:
    reply(ticket_id=ticket.pk, agent=entitled.analyst, text="Try this.", at=NOON)
    assert Ticket.objects.get(pk=ticket.pk).status == State.WAITING
    at = NOON + timedelta(minutes=5)
    report_emergency(ticket_id=ticket.pk, by=getattr(entitled, who), report=REPORT, at=at)
    found = Ticket.objects.get(pk=ticket.pk)
    assert (found.status, found.close_at, found.remind_at) == (status, None, None)
    event = ticket.events.get(kind=EventKind.STATUS_CHANGED)
    assert event.data["status"] == [State.WAITING, status]


def reopen_by_agent(cast: Cast, ticket: Ticket) -> None:
    reopen(ticket_id=ticket.pk, by=Actor.of(cast.analyst), at=NOON + timedelta(hours=1))


def reopen_by_customer(cast: Cast, ticket: Ticket) -> None:
    new, at = NewMessage("Still down", "email"), NOON + timedelta(hours=1)
    add_customer_message(ticket_id=ticket.pk, contact=cast.customer, new=new, at=at)


@pytest.mark.parametrize("reopen_ticket", [reopen_by_agent, reopen_by_customer])
def test_a_reopened_ticket_promises_the_decision_that_it_still_owes(
    entitled: Cast, ticket: Ticket, reopen_ticket: Callable[[Cast, Ticket], None]
) -> None:
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    close(ticket_id=ticket.pk, by=Actor.of(entitled.analyst), at=NOON)
    reopen_ticket(entitled, ticket)
    assert list_promises(ticket)[-1] == NOON + timedelta(minutes=75)
    clock = ticket.clocks.get(kind="promised_update")
    assert (clock.due_at, clock.stopped_at) == (NOON + timedelta(minutes=75), None)


def test_a_reply_without_a_decision_leaves_the_decision_promised(
    entitled: Cast, ticket: Ticket
) -> None:
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    at = NOON + timedelta(minutes=5)
    reply(ticket_id=ticket.pk, agent=entitled.analyst, text="We are looking.", at=at)
    assert list_promises(ticket)[-1] == NOON + timedelta(minutes=20)
    assert ticket.clocks.get(kind="promised_update").is_owed
    decide(entitled, ticket, "accepted", at=at)
    reply(ticket_id=ticket.pk, agent=entitled.analyst, text="It runs again.", at=at)
    assert not ticket.clocks.get(kind="promised_update").is_owed


def test_the_promise_of_a_decision_cannot_be_withdrawn(entitled: Cast, ticket: Ticket) -> None:
    report_emergency(ticket_id=ticket.pk, by=entitled.customer, report=REPORT, at=NOON)
    by = Actor.of(entitled.analyst)
    with pytest.raises(ConflictError, match="Decide about the emergency first"):
        withdraw_promise(ticket_id=ticket.pk, by=by, at=NOON)
    decide(entitled, ticket, "accepted")
    withdraw_promise(ticket_id=ticket.pk, by=by, at=NOON)
    assert ticket.clocks.get(kind="promised_update").stopped_at == NOON
