"""The Tickets page (M31)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.agent.conftest import SignIn, count_cost, inside
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import add_note, assign, close, reply

QUEUE = "/rocket/agent/"


def numbers(client: Client, url: str) -> list[int]:
    """The ticket numbers of a page, in its order."""
    text = client.get(url).content.decode()
    return [int(number) for number in re.findall(r'class="ticket-number">RC-(\d+)<', text)]


def test_an_analyst_sees_the_tickets_of_the_desk_with_their_channel(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(subject="Login is broken", channel="phone")
    text = client.get(QUEUE).content.decode()
    assert "Login is broken" in text
    assert f"RC-{ticket.number}" in text
    assert 'href="/static/bundles/symbols.svg#channel-phone"' in text
    assert f'href="/rocket/agent/tickets/{ticket.number}/"' in text


def test_by_activity_the_newest_change_stands_first(rocket: Cast, client: Client) -> None:
    by_activity = f"{QUEUE}?sort=activity"
    with inside(rocket):
        first, second = rocket.open_ticket(), rocket.open_ticket(at=NOON + timedelta(minutes=1))
        assert numbers(client, by_activity) == [second.number, first.number]
        add_note(
            ticket_id=first.pk,
            agent=rocket.analyst,
            text="Looking.",
            at=NOON + timedelta(minutes=2),
        )
    assert numbers(client, by_activity) == [first.number, second.number]


@pytest.mark.parametrize(
    ("words", "pill"),
    [
        ({}, "Open"),
        ({"new": "New"}, "New, Open"),
        ({"new": "New", "open": "Open", "investigating": "Open"}, "New"),
        ({"new": "Busy", "open": "Busy", "investigating": "Busy"}, "Busy"),
    ],
)
def test_the_pill_of_open_tickets_bears_the_desks_words(
    rocket: Cast, client: Client, words: dict[str, str], pill: str
) -> None:
    with inside(rocket):
        rocket.desk.state_words = words
        rocket.desk.save()
    text = client.get(QUEUE).content.decode()
    assert f'href="{QUEUE}?view=open">{pill}</a>' in text


def test_each_view_shows_its_tickets_only(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        mine, nobodys, done = rocket.open_ticket(), rocket.open_ticket(), rocket.open_ticket()
        by = Actor.of(rocket.lead)
        assign(ticket_id=mine.pk, agent=rocket.analyst, by=by, at=NOON)
        assign(ticket_id=nobodys.pk, agent=None, by=by, at=NOON)
        assign(ticket_id=done.pk, agent=rocket.colleague, by=by, at=NOON)
        close(ticket_id=done.pk, by=by, at=NOON)
        department = rocket.departments["community"].pk
    assert numbers(client, f"{QUEUE}?view=mine") == [mine.number]
    assert numbers(client, f"{QUEUE}?view=unassigned") == [nobodys.number]
    assert numbers(client, f"{QUEUE}?view=closed") == [done.number]
    assert set(numbers(client, QUEUE)) == {mine.number, nobodys.number}
    assert set(numbers(client, f"{QUEUE}?view=all")) == {mine.number, nobodys.number, done.number}
    assert numbers(client, f"{QUEUE}?view=escalated") == []
    assert numbers(client, f"{QUEUE}?view={department}") == []


@pytest.mark.parametrize("view", ["nonsense", "0", "99999999999999999999", "-1"])
def test_a_view_that_does_not_exist_is_not_found(client: Client, view: str) -> None:
    assert client.get(f"{QUEUE}?view={view}").status_code == 404


def test_another_desks_department_is_not_found(matter: Cast, client: Client) -> None:
    assert client.get(f"{QUEUE}?view={matter.departments['paid'].pk}").status_code == 404


def make_many(cast: Cast, amount: int) -> list[Ticket]:
    first = Ticket.objects.order_by("-number").values_list("number", flat=True).first() or 1000
    return Ticket.objects.bulk_create(
        Ticket(
            desk=cast.desk,
            number=first + 1 + i,
            subject=f"Ticket {i}",
            channel="email",
            priority=cast.default_priority,
            contact=cast.customer,
            account=cast.account,
            assignee=cast.analyst,
            department=cast.departments["paid"],
            created_at=NOON,
            updated_at=NOON - timedelta(minutes=i // 3),
        )
        for i in range(amount)
    )


def test_pages_join_without_a_gap_or_a_repeat(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        expected = [
            t.number for t in sorted(make_many(rocket, 120), key=lambda t: (t.updated_at, t.pk))
        ][::-1]
    seen, url, pages = [], f"{QUEUE}?sort=activity", []
    while url:
        text = client.get(url).content.decode()
        pages.append(url)
        seen += [int(n) for n in re.findall(r'class="ticket-number">RC-(\d+)<', text)]
        older = re.search(r'rel="next" href="([^"]+)"', text)
        url = older[1].replace("&amp;", "&") if older else ""
    assert seen == expected
    assert len(pages) == 3
    back = re.search(r'rel="prev" href="([^"]+)"', client.get(pages[2]).content.decode())
    assert back is not None
    assert numbers(client, back[1].replace("&amp;", "&")) == expected[50:100]


def test_a_broken_cursor_gives_the_first_page(rocket: Cast, client: Client, ticket: Ticket) -> None:
    for cursor in ["x", "1-", "-1", "9" * 60 + "-1", "99999999999999999999-1", "٣-٣"]:
        assert numbers(client, f"{QUEUE}?older={cursor}") == [ticket.number]


def test_the_page_takes_eight_round_trips_for_one_ticket_and_for_fifty(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        rocket.open_ticket()
    one = count_cost(client, QUEUE)
    with inside(rocket):
        make_many(rocket, 60)
    fifty = count_cost(client, QUEUE)
    assert one == fifty
    assert fifty.round_trips <= 8  # P1
    assert fifty.statements <= 12


def test_no_statement_of_the_page_skips_rows_or_counts_without_a_limit(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        make_many(rocket, 60)
    with CaptureQueriesContext(connection) as captured:
        client.get(QUEUE)
    statements = [query["sql"] for query in captured if "tickets_queuerow" in query["sql"]]
    assert statements
    for sql in statements:
        assert "OFFSET" not in sql
        assert "LIMIT" in sql


def test_htmx_gets_the_rows_alone(rocket: Cast, client: Client, ticket: Ticket) -> None:
    response = client.get(QUEUE, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert f"RC-{ticket.number}" in text
    assert "<html" not in text
    assert "HX-Request" in response["Vary"]


def test_a_badge_counts_up_to_its_limit_only(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.agent.lists.queue_queries.MAX_COUNTED", 10)
    monkeypatch.setattr("helpdesk.agent.navigation.MAX_COUNTED", 10)
    with inside(rocket):
        make_many(rocket, 12)
    text = client.get(QUEUE).content.decode()
    assert '<span class="nav-count">10+</span>' in text
    assert ">12</span>" not in text


def test_the_desks_own_word_stands_for_a_state(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        rocket.desk.state_words = {"new": "Brand new", "waiting": "Pending"}
        rocket.desk.save()
        assert "Brand new" in client.get(QUEUE).content.decode()
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Please restart it.", at=NOON)
    rows = client.get(QUEUE, headers={"HX-Request": "true"}).content.decode()
    assert "Pending" in rows
    assert "Brand new" not in rows


def test_an_empty_queue_says_so(client: Client) -> None:
    assert "all caught up" in client.get(f"{QUEUE}?view=mine").content.decode()


def test_nobody_is_sent_to_the_login_and_back(rocket: Cast) -> None:
    response = Client().get(f"{QUEUE}?view=mine")
    assert response.status_code == 302
    assert response["Location"] == "/rocket/login/?next=/rocket/agent/%3Fview%3Dmine"


def test_the_other_desk_and_the_customer_find_nothing(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    assert sign_in(matter.analyst.user).get(QUEUE).status_code == 404
    assert sign_in(rocket.customer.user).get(QUEUE).status_code == 404


def test_a_desk_shows_nothing_of_another(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    with inside(matter):
        matter.open_ticket(subject="A secret of the other desk")
    for view in ["", "?view=all", "?q=secret", "?q=1001"]:
        page = sign_in(rocket.lead.user).get(f"{QUEUE}{view}")
        assert "A secret" not in page.content.decode()
