"""From ticket to ticket in a list, and back to the list."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from accounts.models import Agent, Department, Visibility
from accounts.staff import set_department_members
from helpdesk.agent.lists import queue_queries
from helpdesk.agent.lists.walking import Neighbors, find_neighbors, get_next_number, parse_list
from tests.agent.conftest import inside
from tests.agent.test_queue import QUEUE, make_many, numbers
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.saved_views.saving import ViewValues, save_view
from tickets.services import close


def walk(agent: Agent, query: str, number: int) -> Neighbors:
    return find_neighbors(parse_list(query, agent), number, agent, NOON)


def links(client: Client, url: str) -> dict[str, str]:
    """Return the links of a ticket's page to the list and to the tickets beside it."""
    text = unescape(client.get(url).content.decode())
    found = re.search(r'<nav\s+class="crumbs"\s+id="walk".*?</nav>', text, re.DOTALL)
    assert found is not None
    keys = re.findall(r'href="([^"]+)"[^>]*?data-shortcut="(\w)"', found[0], re.DOTALL)
    return {key: url for url, key in keys}


@pytest.mark.parametrize("sort", ["deadline", "activity", "newest", "oldest", "priority"])
def test_the_walk_follows_every_order(rocket: Cast, client: Client, sort: str) -> None:
    with inside(rocket):
        made = make_many(rocket, 6)
        ranked = list(rocket.priorities.values())
        for i, ticket in enumerate(made):
            ticket.due_at, ticket.priority = NOON + timedelta(hours=i % 3), ranked[i % 3]
        Ticket.objects.bulk_update(made, ["due_at", "priority"])
    query = f"view=mine&sort={sort}"
    shown = numbers(client, f"{QUEUE}?{query}")
    assert len(shown) == 6
    with inside(rocket):
        for before, number, after in zip([None, *shown], shown, [*shown[1:], None], strict=False):
            assert walk(rocket.analyst, query, number) == Neighbors(before, after)


def test_a_row_leads_to_its_ticket_and_from_there_back_and_on(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        make_many(rocket, 3)
    shown = numbers(client, f"{QUEUE}?view=mine&sort=newest&channel=email")
    page = unescape(client.get(f"{QUEUE}?view=mine&sort=newest&channel=email").content.decode())
    way = "?list=view%3Dmine%26sort%3Dnewest%26channel%3Demail"
    (url,) = re.findall(rf'href="([^"]*/tickets/{shown[1]}/\?[^"]*)"', page)
    assert url == f"{QUEUE}tickets/{shown[1]}/{way}"
    assert links(client, url) == {
        "u": f"{QUEUE}?view=mine&sort=newest&channel=email",
        "k": f"{QUEUE}tickets/{shown[0]}/{way}",
        "j": f"{QUEUE}tickets/{shown[2]}/{way}",
    }


def test_the_page_of_a_list_is_kept(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        made = make_many(rocket, 60)
    page = unescape(client.get(f"{QUEUE}?sort=newest").content.decode())
    (older,) = re.findall(r'rel="next" href="([^"]+)"', page)
    last = numbers(client, older)[-1]
    rows = unescape(client.get(older).content.decode())
    (url,) = re.findall(rf'href="([^"]*/tickets/{last}/\?[^"]*)"', rows)
    assert links(client, url)["u"] == older
    assert last == made[0].number


def test_without_a_list_nothing_is_beside_a_ticket_until_a_script_asks(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        first, second = make_many(rocket, 2)
    url = f"{QUEUE}tickets/{first.number}/"
    assert links(client, url) == {"u": QUEUE}
    answer = client.get(f"{url}walk/?list=sort%3Doldest", headers={"HX-Request": "true"})
    assert f"/tickets/{second.number}/?list=sort%3Doldest" in answer.content.decode()


def test_the_next_ticket_is_known_even_if_this_one_left_the_list(in_rocket: Cast) -> None:
    first, second, third = make_many(in_rocket, 3)
    agent, query = in_rocket.analyst, "view=mine&sort=oldest"
    assert get_next_number(query, first.number, agent, NOON) == second.number
    close(ticket_id=second.pk, by=Actor.of(in_rocket.lead), at=NOON)
    assert get_next_number(query, first.number, agent, NOON) == third.number
    assert get_next_number(query, second.number, agent, NOON) == third.number
    assert get_next_number(query, third.number, agent, NOON) is None


def test_a_rare_filter_is_walked_within_limits(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_queries, "MAX_WALKED", 3)
    made = make_many(in_rocket, 8)
    Ticket.objects.filter(pk__in=[made[0].pk, made[2].pk, made[7].pk]).update(language="de")
    query = "language=de&sort=oldest"
    assert get_next_number(query, made[0].number, in_rocket.analyst, NOON) == made[2].number
    assert get_next_number(query, made[2].number, in_rocket.analyst, NOON) is None


def test_a_saved_view_is_walked_and_named(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        first, second, _third = make_many(rocket, 3)
        Ticket.objects.filter(pk__in=[first.pk, second.pk]).update(channel="phone")
        values = ViewValues(name="Phone calls", conditions={"channel": "phone"}, sort="oldest")
        view = save_view(values=values, by=rocket.analyst, at=NOON)
    url = f"{QUEUE}tickets/{first.number}/?list=view%3D{view.slug}"
    assert links(client, url)["j"].startswith(f"{QUEUE}tickets/{second.number}/")
    assert ">Phone calls</a>" in client.get(url).content.decode()


@pytest.mark.parametrize(
    "query", ["view=nonsense", "view=s999", "q=server", "status=nonsense", "sort=%00", "x" * 9000]
)
def test_a_list_that_is_not_there_leads_to_no_error(
    rocket: Cast, client: Client, ticket: Ticket, query: str
) -> None:
    assert client.get(f"{QUEUE}tickets/{ticket.number}/", {"list": query}).status_code == 200


def test_a_hidden_ticket_is_beside_nobody(in_rocket: Cast) -> None:
    first, second, third = make_many(in_rocket, 3)
    department = Department.objects.create(
        desk=in_rocket.desk, name="Legal", visibility=Visibility.MEMBERS
    )
    set_department_members(department=department, agents=[in_rocket.lead])
    Ticket.objects.filter(pk=second.pk).update(department=department, assignee=None)
    agent = Agent.objects.get(pk=in_rocket.analyst.pk)
    assert walk(agent, "sort=oldest", first.number).next == third.number
    assert walk(agent, "sort=oldest", second.number) == Neighbors()
    assert walk(in_rocket.lead, "sort=oldest", first.number).next == second.number


def test_another_desks_tickets_are_beside_nothing(rocket: Cast, matter: Cast) -> None:
    with inside(matter):
        foreign = make_many(matter, 2)
    with inside(rocket):
        assert walk(rocket.analyst, "", foreign[0].number) == Neighbors()
