"""A contact's list of requests: the desk's words, filters, search, pages and query counts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.services import close, reply

URL = "/rocket/portal/requests/"


def subjects(page: str) -> list[str]:
    return re.findall(r'class="request-link"[^>]*>([^<]+)<', page)


def test_a_state_has_the_desks_word(in_rocket: Cast, as_customer: Client) -> None:
    in_rocket.desk.state_words = {"new": "New", "solved": "Solved"}
    in_rocket.desk.save()
    in_rocket.open_ticket(subject="One")
    done = in_rocket.open_ticket(subject="Two")
    close(ticket_id=done.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    page = as_customer.get(URL).content.decode()
    assert ">New<" in page.replace("</svg>", ">")
    assert ">Solved<" in page.replace("</svg>", ">")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, "Waiting for you"),
        ({"waiting": "Pending"}, "Pending"),
        ({"waiting": "Pending", "customer_waiting": "Your turn"}, "Your turn"),
        ({"customer_waiting": "Your turn"}, "Your turn"),
    ],
)
def test_a_waiting_ticket_has_the_word_for_customers(
    in_rocket: Cast, as_customer: Client, words: dict[str, str], told: str
) -> None:
    in_rocket.desk.state_words = words
    in_rocket.desk.save()
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try again.", at=NOON)
    for url in (URL, f"{URL}{ticket.number}/"):
        page = as_customer.get(url).content.decode()
        assert f"</svg>{told}</span>" in page
        assert "Waiting for Customer" not in page


def test_open_and_closed_requests_are_separate_views(in_rocket: Cast, as_customer: Client) -> None:
    in_rocket.open_ticket(subject="Running")
    done = in_rocket.open_ticket(subject="Done")
    close(ticket_id=done.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert subjects(as_customer.get(URL, {"view": "open"}).content.decode()) == ["Running"]
    assert subjects(as_customer.get(URL, {"view": "closed"}).content.decode()) == ["Done"]


def test_search_finds_words_and_numbers_among_ones_own_requests(
    in_rocket: Cast, as_customer: Client
) -> None:
    mine = in_rocket.open_ticket(subject="Printer", text="The zebra model jams.")
    in_rocket.open_ticket(subject="Other zebra", contact=in_rocket.elsewhere)
    replied = in_rocket.open_ticket(subject="Third")
    reply(
        ticket_id=replied.pk,
        agent=in_rocket.analyst,
        text="Feed the zebra.",
        at=NOON + timedelta(hours=1),
    )
    assert subjects(as_customer.get(URL, {"q": "zebra"}).content.decode()) == ["Third", "Printer"]
    assert subjects(as_customer.get(URL, {"q": f"RC-{mine.number}"}).content.decode()) == [
        "Printer"
    ]
    assert subjects(as_customer.get(URL, {"q": "\x00'\"&<"}).content.decode()) == []


def test_pages_have_no_gaps_and_no_duplicates(in_rocket: Cast, as_customer: Client) -> None:
    for n in range(45):
        in_rocket.open_ticket(subject=f"N{n:02}", at=NOON + timedelta(minutes=n // 2))
    seen, url = [], URL
    pages = []
    while url:
        page = as_customer.get(url).content.decode()
        pages.append(url)
        seen += subjects(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = older[1].replace("&amp;", "&") if older else ""
    assert len(pages) == 3
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 45
    newer = re.search(r'rel="prev" href="([^"]+)"', page)
    assert newer
    back = subjects(as_customer.get(newer[1].replace("&amp;", "&")).content.decode())
    assert back == seen[20:40]


def test_an_invalid_cursor_shows_the_first_page(in_rocket: Cast, as_customer: Client) -> None:
    in_rocket.open_ticket(subject="Here")
    for cursor in ["x", "1-", "9" * 30 + "-1", "-1-1", "٣-١"]:
        assert subjects(as_customer.get(URL, {"older": cursor}).content.decode())[:1] in (
            ["Here"],
            [],
        )
        assert as_customer.get(URL, {"newer": cursor}).status_code == 200


def count_statements(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert client.get(url).status_code == 200
    return len(statements)


def test_a_full_list_takes_as_many_statements_as_a_short_one(
    in_rocket: Cast, as_customer: Client
) -> None:
    in_rocket.open_ticket()
    one = count_statements(as_customer, URL)
    for _ in range(30):
        in_rocket.open_ticket(contact=in_rocket.customer)
    assert count_statements(as_customer, URL) == one
    assert one <= 9


def test_a_long_conversation_takes_as_many_statements_as_a_short_one(
    in_rocket: Cast, as_customer: Client
) -> None:
    ticket = in_rocket.open_ticket()
    url = f"{URL}{ticket.number}/"
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="One", at=NOON)
    short = count_statements(as_customer, url)
    for n in range(30):
        reply(
            ticket_id=ticket.pk,
            agent=in_rocket.analyst,
            text=str(n),
            at=NOON + timedelta(minutes=n),
        )
    assert count_statements(as_customer, url) == short
    assert short <= 14
