"""The API's ticket list by priority: the order of the page, both ways, through pages with ties."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.agent.test_queue_plans import analyze, explain, make_row
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import QueueRow, Ticket
from tickets.services import change_priority, close

LIST = "/rocket/api/v1/tickets/"
OPEN = f"{LIST}?view=all-open"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


@pytest.fixture
def tickets(in_rocket: Cast) -> list[Ticket]:
    """Nine open tickets of two priorities, several with the same deadline, and a closed one."""
    by = Actor.of(in_rocket.analyst)
    made = [in_rocket.open_ticket(at=NOON + timedelta(minutes=n // 3)) for n in range(10)]
    for one in made[::2]:
        high = in_rocket.priorities["High"]
        change_priority(ticket_id=one.pk, priority=high, by=by, at=NOON + timedelta(hours=1))
    close(ticket_id=made.pop().pk, by=by, at=NOON + timedelta(hours=2))
    return made


def walk(client: Client, url: str | None, direction: str = "next") -> list[int]:
    """Return the numbers of the tickets of all pages."""
    found: list[int] = []
    while url:
        page = client.get(url).json()
        numbers = [one["number"] for one in page["results"]]
        found = [*found, *numbers] if direction == "next" else [*numbers, *found]
        last, url = url, page[direction]
    walk.last = last  # type: ignore[attr-defined]
    return found


def list_numbers() -> list[int]:
    """Return the numbers of open tickets as the page orders them, from all rows."""
    ranks = dict(QueueRow.objects.values_list("number", "ticket__priority__rank"))
    rows = QueueRow.objects.filter(is_open=True)
    return [
        row.number for row in sorted(rows, key=lambda r: (ranks[r.number], r.due_at, r.ticket_id))
    ]


def test_pages_follow_the_order_of_the_page_both_ways(
    as_analyst: Client, tickets: list[Ticket]
) -> None:
    expected = list_numbers()
    assert sorted(expected) == [one.number for one in tickets]
    for sort, numbers in (("priority", expected), ("-priority", expected[::-1])):
        assert walk(as_analyst, f"{OPEN}&sort={sort}") == numbers
        assert walk(as_analyst, f"{OPEN}&sort={sort}&limit=2") == numbers
        end: Any = walk.last  # type: ignore[attr-defined]
        back = walk(as_analyst, as_analyst.get(end).json()["previous"], "previous")
        assert back == numbers[:8]
    high = f"{OPEN}&sort=priority&priority=High&limit=2"
    assert walk(as_analyst, high) == expected[:5]
    assert walk(as_analyst, f"{OPEN}&sort=priority&q=nothing-has-this-word") == []


def test_what_cannot_be_sorted_or_was_tampered_with_is_refused(
    as_analyst: Client, tickets: list[Ticket]
) -> None:
    for query in ("?sort=priority", "?sort=-priority", "?view=all-open&sort=-deadline"):
        assert as_analyst.get(f"{LIST}{query}").status_code == 400
    following = as_analyst.get(f"{OPEN}&sort=priority&limit=2").json()["next"]
    assert as_analyst.get(following.replace("sort=priority", "sort=newest")).status_code == 400


def test_another_desk_sees_its_own(
    in_rocket: Cast, matter: Cast, tickets: list[Ticket], sign_in: Any
) -> None:
    theirs = sign_in(matter.analyst.user)
    assert theirs.get(f"{OPEN}&sort=priority").status_code == 404
    url = OPEN.replace("rocket", "matter")
    assert theirs.get(f"{url}&sort=priority").json()["results"] == []


def test_a_page_reads_the_index_of_priorities(in_rocket: Cast, as_analyst: Client) -> None:
    Ticket.objects.bulk_create(make_row(in_rocket, i) for i in range(3000))
    analyze("tickets_queuerow", "tickets_ticket")
    with CaptureQueriesContext(connection) as captured:
        assert len(as_analyst.get(f"{OPEN}&sort=priority&limit=20").json()["results"]) == 20
    [read] = [one["sql"] for one in captured if "AS MATERIALIZED" in one["sql"]]
    indexes, blocks = explain(re.sub("%", "%%", read), None)
    assert indexes == {"queue_priority"}
    assert blocks < 200
