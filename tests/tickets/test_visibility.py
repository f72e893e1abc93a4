"""Ticket visibility, at random: every list, count, search and access check agrees."""

from __future__ import annotations

from random import Random

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Agent, Department, Role, Visibility
from accounts.staff import set_department_members
from helpdesk.agent.lists.queue_queries import read_page, read_sidebar
from helpdesk.agent.lists.views import select_view
from helpdesk.live.messages import Change
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tickets.access import can_see_ticket, get_ticket_for_agent, tickets_for_agent
from tickets.models import Notification, Ticket
from tickets.notifications import list_unread_notifications
from tickets.rules.visibility import ROLES_SEEING_ALL, TicketVisibility
from tickets.search.find import search_for_agent

SEEDS = range(8)
AMOUNT = 12
ONE_IN_THREE_IS_OPEN = [Visibility.MEMBERS, Visibility.MEMBERS, Visibility.EVERYONE]


def shuffle(cast: Cast, random: Random) -> tuple[list[Ticket], Agent]:
    """Return random tickets, with random departments, and one agent of the desk."""
    people = [cast.analyst, cast.colleague, cast.observer, cast.lead]
    departments = list(cast.departments.values())
    for department in departments:
        Department.objects.filter(pk=department.pk).update(
            visibility=random.choice(ONE_IN_THREE_IS_OPEN)
        )
        set_department_members(
            department=department, agents=random.sample(people, random.randrange(3))
        )
    tickets = [cast.open_ticket(subject="Zaunkoenig") for _ in range(AMOUNT)]
    for ticket in tickets:
        ticket.department = random.choice([None, *departments])
        ticket.assignee = random.choice([None, *people])
        ticket.save(update_fields=["department", "assignee"])
    return tickets, Agent.objects.get(pk=random.choice(people).pk)


def is_to_be_seen(ticket: Ticket, agent: Agent) -> bool:
    """Apply the rule row by row."""
    department = ticket.department
    return (
        department is None
        or Department.objects.get(pk=department.pk).visibility == Visibility.EVERYONE
        or agent.role in {Role.LEAD, Role.ADMIN}
        or agent.departments.filter(pk=department.pk).exists()
        or ticket.assignee == agent
    )


def finds(agent: Agent, ticket: Ticket) -> bool:
    try:
        return get_ticket_for_agent(agent, ticket.number) == ticket
    except Ticket.DoesNotExist:
        return False


@pytest.mark.parametrize("seed", SEEDS)
def test_lists_counts_search_and_access_checks_agree(
    in_rocket: Cast, sign_in: SignIn, seed: int
) -> None:
    random = Random(seed)
    tickets, agent = shuffle(in_rocket, random)
    wanted = {ticket.number for ticket in tickets if is_to_be_seen(ticket, agent)}
    ids = {ticket.pk for ticket in tickets if ticket.number in wanted}

    assert {ticket.number for ticket in tickets_for_agent(agent)} == wanted
    assert {ticket.number for ticket in tickets if finds(agent, ticket)} == wanted
    changes = [Change.of(ticket) for ticket in tickets]
    assert {
        change.number
        for change in changes
        if can_see_ticket(agent, department_id=change.department_id, assignee_id=change.assignee_id)
    } == wanted
    assert {
        row.number for row in read_page(select_view(agent, "", at=NOON), agent=agent).rows
    } == wanted
    assert set(search_for_agent(agent, "zaunkoenig").ids) == ids
    sidebar = read_sidebar(agent, at=NOON)
    assert sidebar.open_tickets == len(wanted)
    assert sum(d.open_tickets for d in sidebar.departments) == len(
        [ticket for ticket in tickets if ticket.department and ticket.number in wanted]
    )
    _compare_api(sign_in(agent.user), tickets, wanted)


def select_ids(condition: str, visibility: TicketVisibility, desk_id: int) -> set[int]:
    statement = f"SELECT t.id FROM tickets_ticket t WHERE t.desk_id = %(desk)s AND {condition}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"desk": desk_id} | visibility.params)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.parametrize("seed", SEEDS)
def test_orm_sql_and_memory_read_the_same_rule(in_rocket: Cast, seed: int) -> None:
    tickets, agent = shuffle(in_rocket, Random(seed))
    visibility = TicketVisibility.for_agent(agent)
    wanted = {ticket.pk for ticket in tickets if is_to_be_seen(ticket, agent)}

    assert {ticket.pk for ticket in Ticket.objects.filter(visibility.as_q())} == wanted
    for condition in (visibility.as_sql("t"), visibility.as_sql_by_id("t.id")):
        assert select_ids(condition, visibility, in_rocket.desk.pk) == wanted
    assert {
        ticket.pk
        for ticket in tickets
        if visibility.allows(department_id=ticket.department_id, assignee_id=ticket.assignee_id)
    } == wanted


@pytest.mark.parametrize("seed", SEEDS)
def test_notifications_follow_the_rule_by_a_path(in_rocket: Cast, seed: int) -> None:
    tickets, agent = shuffle(in_rocket, Random(seed))
    for ticket in tickets:
        Notification.objects.create(
            desk_id=ticket.desk_id,
            agent=agent,
            event=ticket.events.earliest("pk"),
            ticket=ticket,
            created_at=NOON,
        )
    listed = list_unread_notifications(agent, limit=AMOUNT)
    assert {notification.ticket_id for notification in listed} == {
        ticket.pk for ticket in tickets if is_to_be_seen(ticket, agent)
    }


def test_a_restricted_rule_names_its_parameters_and_an_open_one_is_true(in_rocket: Cast) -> None:
    everything = TicketVisibility(agent_id=7, hidden_departments=())
    assert (everything.as_sql(), everything.as_sql_by_id("n.ticket_id")) == ("TRUE", "TRUE")
    restricted = TicketVisibility(agent_id=7, hidden_departments=(3,))
    assert restricted.params == {"hidden_departments": [3], "visible_to": 7}
    assert restricted.allows(department_id=None, assignee_id=None)
    assert restricted.allows(department_id=3, assignee_id=7)
    assert not restricted.allows(department_id=3, assignee_id=8)


def _compare_api(client: Client, tickets: list[Ticket], wanted: set[int]) -> None:
    listed = client.get("/rocket/api/v1/tickets/").json()["results"]
    assert {ticket["number"] for ticket in listed} == wanted
    opened = {
        t.number
        for t in tickets
        if client.get(f"/rocket/api/v1/tickets/{t.number}/").status_code == 200
    }
    assert opened == wanted


def test_some_seeds_hide_tickets_and_some_do_not(in_rocket: Cast) -> None:
    """Some seeds hide some tickets, so the comparisons above are meaningful."""
    roles, hides = set(), []
    for seed in SEEDS:
        tickets, agent = shuffle(in_rocket, Random(seed))
        roles.add(agent.role in ROLES_SEEING_ALL)
        hides.append(not all(finds(agent, ticket) for ticket in tickets))
    assert roles == {True, False}
    assert hides.count(True) >= len(SEEDS) // 3
