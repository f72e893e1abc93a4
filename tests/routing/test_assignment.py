"""Department by account, agent by rotation, or visibly unassigned (M2, M13, M46-M50)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Account, Agent, Department, DepartmentKind
from accounts.tenancy import desk_scope
from routing.models import Presence, PresenceState, Shift, Skill
from routing.presence import set_away
from routing.rules import AccountFacts, choose_department
from routing.services import assign_waiting_tickets
from routing.shifts import ShiftFacts, is_on_shift
from routing.tasks import sweep_unassigned_tickets
from tests.cast import NOON, Cast
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.sentences.reasons import describe_reason


@pytest.mark.parametrize(
    ("status", "plan", "kind"),
    [
        ("customer", "Plus", DepartmentKind.PAID),
        ("customer", "", DepartmentKind.COMMUNITY),
        ("trial", "Standard", DepartmentKind.TRIALS),
        ("potential", "", DepartmentKind.TRIALS),
        ("potential_vip", "", DepartmentKind.TRIALS),
        ("community", "", DepartmentKind.COMMUNITY),
    ],
)
def test_status_and_plan_decide_the_department(
    status: str, plan: str, kind: DepartmentKind
) -> None:
    assert choose_department(AccountFacts("Acme", status, plan), is_unverified=False)[0] == kind


def test_no_account_and_an_unverified_sender_mean_community() -> None:
    assert choose_department(None, is_unverified=False)[0] == DepartmentKind.COMMUNITY
    paid = AccountFacts("Acme", "customer", "Plus")
    assert choose_department(paid, is_unverified=True)[0] == DepartmentKind.COMMUNITY


def test_the_ticket_keeps_the_reasons(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    assert [describe_reason(reason) for reason in ticket.route_reasons] == [
        "acme.example Inc. is a customer with the Standard plan.",
        f"Assigned to {ticket.assignee} (on shift, Level 1, next in rotation).",
    ]


def test_without_a_department_of_the_kind_any_agent_of_the_level_is_assigned(
    in_rocket: Cast,
) -> None:
    Department.objects.filter(kind=DepartmentKind.PAID).delete()
    ticket = in_rocket.open_ticket()
    assert ticket.department is None
    assert ticket.assignee in {in_rocket.analyst, in_rocket.colleague}


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)  # the 16th is a Monday


@pytest.mark.parametrize(
    ("shift", "moment", "there"),
    [
        (ShiftFacts(0, 540, 1020, "UTC"), at(16, 9), True),
        (ShiftFacts(0, 540, 1020, "UTC"), at(16, 17), False),
        (ShiftFacts(0, 540, 1020, "America/Sao_Paulo"), at(16, 12), True),
        (ShiftFacts(0, 540, 1020, "America/Sao_Paulo"), at(16, 11), False),
        (ShiftFacts(4, 1320, 360, "UTC"), at(21, 5), True),  # Friday night into Saturday
        (ShiftFacts(4, 1320, 360, "UTC"), at(21, 6), False),
        (ShiftFacts(6, 1320, 360, "UTC"), at(16, 1), True),  # Sunday night into Monday
        (ShiftFacts(2, 0, 1440, "UTC"), at(18, 23), True),
        (ShiftFacts(2, 0, 1440, "UTC"), at(19, 0), False),
    ],
)
def test_a_shift_covers_the_wall_clock_of_its_zone(
    shift: ShiftFacts, moment: datetime, there: bool
) -> None:
    assert is_on_shift([shift], moment) is there


def test_tickets_rotate_among_agents(in_rocket: Cast) -> None:
    assignees = [in_rocket.open_ticket(at=NOON + timedelta(minutes=m)).assignee for m in range(4)]
    assert assignees[:2] == assignees[2:]
    assert assignees[0] != assignees[1]


def test_only_a_present_level_1_agent_of_the_department_is_assigned(in_rocket: Cast) -> None:
    set_away(agent=in_rocket.colleague, is_away=True, at=NOON)
    assert {in_rocket.open_ticket().assignee for _ in range(3)} == {in_rocket.analyst}


def test_with_no_agent_on_shift_a_ticket_is_unassigned_with_the_reason_until_later(
    in_rocket: Cast,
) -> None:
    Shift.objects.all().delete()
    ticket = in_rocket.open_ticket()
    assert ticket.assignee is None
    assert describe_reason(ticket.route_reasons[1]) == (
        "No agent at Level 1 in this department is on shift."
    )
    for _ in range(3):
        assert assign_waiting_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 0
    assert ticket.events.filter(kind=EventKind.LEFT_UNASSIGNED).count() == 1
    Shift.objects.create(
        desk=in_rocket.desk,
        agent=in_rocket.analyst,
        weekday=2,
        start_minute=0,
        end_minute=1440,
        time_zone="UTC",
    )
    assert assign_waiting_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.analyst


def test_an_agent_who_is_back_gets_the_unassigned_tickets(in_rocket: Cast) -> None:
    for agent in (in_rocket.analyst, in_rocket.colleague):
        set_away(agent=agent, is_away=True, at=NOON)
    ticket = in_rocket.open_ticket()
    assert ticket.assignee is None
    set_away(agent=in_rocket.colleague, is_away=False, at=NOON)
    assert assign_waiting_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee == in_rocket.colleague


def test_an_observer_is_never_assigned(in_rocket: Cast) -> None:
    Agent.objects.exclude(pk=in_rocket.observer.pk).update(is_active=False)
    assert in_rocket.open_ticket().assignee is None


def test_the_sweep_assigns_tickets_of_each_desk(rocket: Cast, matter: Cast) -> None:
    waiting = []
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            Presence.objects.bulk_create(
                Presence(desk=cast.desk, agent=agent, state=PresenceState.AWAY)
                for agent in (cast.analyst, cast.colleague)
            )
            waiting.append(cast.open_ticket())
            Presence.objects.update(state=PresenceState.AVAILABLE)
    assert sweep_unassigned_tickets() == 2
    for cast, ticket in zip((rocket, matter), waiting, strict=True):
        with desk_scope(cast.desk):
            assert Ticket.objects.get(pk=ticket.pk).assignee in {cast.analyst, cast.colleague}


def test_an_account_without_a_plan_is_routed_to_community(in_rocket: Cast) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(plan=None)
    in_rocket.customer.refresh_from_db()
    assert in_rocket.open_ticket().department == in_rocket.departments["community"]


def test_a_skill_that_was_deleted_is_no_longer_asked_for(in_rocket: Cast) -> None:
    skill = Skill.objects.create(desk=in_rocket.desk, name="LDAP")
    ticket = in_rocket.open_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None, required_skills={str(skill.pk): 2})
    assert assign_waiting_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 0
    skill.delete()
    assert assign_waiting_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 1
