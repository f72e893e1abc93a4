"""Selecting rows of a ticket list."""

from __future__ import annotations

import re

from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.agent.test_queue import QUEUE
from tests.cast import Cast
from tickets.models import Ticket

HTMX = {"HX-Request": "true"}


def boxes(client: Client, url: str = QUEUE, headers: dict[str, str] | None = None) -> list[str]:
    """Return the values of the checkboxes of a list."""
    text = client.get(url, headers=headers or {}).content.decode()
    return re.findall(r'name="ticket"\s+value="(\d+)"\s+form="selection"', text)


def test_each_row_has_a_checkbox_of_the_form_of_selected_tickets(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        first, second = rocket.open_ticket(), rocket.open_ticket()
    wanted = {str(first.number), str(second.number)}
    assert set(boxes(client)) == set(boxes(client, headers=HTMX)) == wanted
    text = client.get(f"{QUEUE}?view=unassigned&channel=email").content.decode()
    assert 'id="selection" method="post"' in text
    assert 'name="list" value="view=unassigned&amp;channel=email"' in text


def test_found_tickets_can_be_selected(rocket: Cast, client: Client, ticket: Ticket) -> None:
    assert boxes(client, f"{QUEUE}?q=server") == [str(ticket.number)]


def test_a_read_only_agent_selects_nothing(
    rocket: Cast, client: Client, sign_in: SignIn, ticket: Ticket
) -> None:
    assert boxes(client, headers=HTMX) == [str(ticket.number)]
    observer = sign_in(rocket.observer.user)
    assert boxes(observer) == boxes(observer, headers=HTMX) == []
    assert 'id="selection"' not in observer.get(QUEUE).content.decode()


def test_lists_on_other_pages_have_no_checkboxes(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    assert boxes(client, f"{QUEUE}accounts/{rocket.account.pk}/") == []
