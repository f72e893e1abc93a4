"""The list of the API is made from queue rows: it shows a ticket as its own page does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Product
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import close, reply

LIST = "/rocket/api/v1/tickets/"


@pytest.fixture
def varied(rocket: Cast) -> Cast:
    """Tickets that differ in everything a list shows."""
    with desk_scope(rocket.desk):
        product = Product.objects.create(desk=rocket.desk, name="Engine")
        made = [rocket.open_ticket(at=NOON + timedelta(minutes=n)) for n in range(5)]
        rocket.open_ticket(contact=rocket.stranger, is_unverified=True)
        agent, later = rocket.analyst, NOON + timedelta(hours=1)
        reply(ticket_id=made[0].pk, agent=agent, text="Hello", at=later)
        close(ticket_id=made[1].pk, by=Actor.of(agent), at=later)
        Ticket.objects.filter(pk=made[2].pk).update(product=product, fields={"serial": "X-1"})
        Ticket.objects.filter(pk=made[3].pk).update(
            assignee=None, department=None, uncovered={"code": "channel", "channel": "email"}
        )
    return rocket


def read(client: Client, url: str) -> Any:
    response = client.get(url)
    assert response.status_code == 200
    return response.json()


def test_a_listed_ticket_is_the_ticket_of_its_own_page(varied: Cast, sign_in: Any) -> None:
    client = sign_in(varied.analyst.user)
    listed = read(client, LIST)["results"]
    assert len(listed) == 6
    for ticket in listed:
        shown = read(client, f"{LIST}{ticket['number']}/")
        assert ticket == {name: value for name, value in shown.items() if name in ticket}


def test_more_tickets_cost_no_statement_more(varied: Cast, sign_in: Any) -> None:
    client, counts = sign_in(varied.analyst.user), []
    for _ in range(2):
        read(client, LIST)
        with CaptureQueriesContext(connection) as captured:
            read(client, LIST)
        counts.append(len(captured))
        with desk_scope(varied.desk):
            for _ in range(20):
                varied.open_ticket()
    assert counts[0] == counts[1] <= 10
    assert not [query["sql"] for query in captured if " JOIN " in query["sql"]]
