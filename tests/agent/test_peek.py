"""A ticket beside the list."""

from __future__ import annotations

import re

from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.agent.test_queue import QUEUE
from tests.cast import NOON, Cast
from tickets.models import Ticket
from tickets.services import add_note

HTMX = {"HX-Request": "true"}


def test_a_row_leads_to_its_preview(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        add_note(ticket_id=ticket.pk, agent=rocket.colleague, text="Seen before.", at=NOON)
    page = client.get(f"{QUEUE}?view=unanswered").content.decode()
    (url,) = re.findall(r'href="([^"]+)"[^>]*data-peek\s', page)
    assert url == f"{QUEUE}tickets/{ticket.number}/peek/?list=view%3Dunanswered"
    text = client.get(url, headers=HTMX).content.decode()
    assert "Since this morning nothing works." in text
    assert "Seen before." in text
    assert f'href="{QUEUE}tickets/{ticket.number}/?list=view%3Dunanswered"' in text
    assert "<html" not in text
    assert "<form" not in text


def test_without_a_script_the_preview_is_a_page(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    text = client.get(f"{QUEUE}tickets/{ticket.number}/peek/").content.decode()
    assert "<html" in text
    assert "Since this morning nothing works." in text


def test_who_may_read_the_ticket_may_preview_it(
    rocket: Cast, matter: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    url = f"{QUEUE}tickets/{ticket.number}/peek/"
    assert sign_in(rocket.observer.user).get(url, headers=HTMX).status_code == 200
    assert sign_in(matter.admin.user).get(url, headers=HTMX).status_code == 404
    assert sign_in(rocket.customer.user).get(url, headers=HTMX).status_code == 404
