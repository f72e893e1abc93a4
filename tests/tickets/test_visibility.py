"""Who sees which ticket, at random: every list, count, search and door says the same."""

from __future__ import annotations

from random import Random

import pytest
from django.test import Client

from accounts.models import Agent, Department, Role, Visibility
from accounts.staff import set_department_members
from helpdesk.agent.queue_queries import read_page, read_sidebar, select_view
from helpdesk.live import Change
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tickets.access import SEES_ALL, can_see_ticket, get_ticket_for_agent, tickets_for_agent
from tickets.models import Ticket
from tickets.selectors import search_for_agent

SEEDS = range(8)
AMOUNT = 12
ONE_IN_THREE_IS_OPEN = [Visibility.MEMBERS, Visibility.MEMBERS, Visibility.EVERYONE]


def shuffle(cast: Cast, random: Random) -> tuple[list[Ticket], Agent]:
    """Tickets and departments as chance would have them, and one of the desk's people."""
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
    """The rule in words, row by row."""
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
def test_lists_counts_search_and_doors_agree(in_rocket: Cast, sign_in: SignIn, seed: int) -> None:
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
    assert set(search_for_agent(agent, "zaunkoenig")) == ids
    sidebar = read_sidebar(agent, at=NOON)
    assert sidebar.counts["undone"] == len(wanted)
    assert sum(d.amount for d in sidebar.departments) == len(
        [ticket for ticket in tickets if ticket.department and ticket.number in wanted]
    )
    _compare_api(sign_in(agent.user), tickets, wanted)


def _compare_api(client: Client, tickets: list[Ticket], wanted: set[int]) -> None:
    listed = client.get("/rocket/api/tickets/").json()["results"]
    assert {ticket["number"] for ticket in listed} == wanted
    opened = {
        t.number
        for t in tickets
        if client.get(f"/rocket/api/tickets/{t.number}/").status_code == 200
    }
    assert opened == wanted


def test_chance_hides_and_shows(in_rocket: Cast) -> None:
    """So that the comparison above compares something: of the seeds some hide some tickets from somebody."""
    roles, hides = set(), []
    for seed in SEEDS:
        tickets, agent = shuffle(in_rocket, Random(seed))
        roles.add(agent.role in SEES_ALL)
        hides.append(not all(finds(agent, ticket) for ticket in tickets))
    assert roles == {True, False}
    assert hides.count(True) >= len(SEEDS) // 3
