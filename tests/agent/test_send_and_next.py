"""Sending a reply and going on to the next ticket of the list."""

from __future__ import annotations

from django.test import Client

from tests.agent.conftest import inside
from tests.agent.test_answers import answers_of, form
from tests.cast import Cast
from tickets.models import Message, Ticket


def test_the_next_page_is_the_next_ticket_of_the_list(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        newer = rocket.open_ticket()
        page = client.get(f"/rocket/agent/tickets/{ticket.number}/?list=sort%3Doldest")
        assert page.context["composer"].list_query == "sort=oldest"
        entry = form(ticket, go_next="1", list="sort=oldest", next="")
        place = client.post(answers_of(ticket), entry)["Location"]
        assert place == f"/rocket/agent/tickets/{newer.number}/?list=sort%3Doldest"
        entry = form(newer, go_next="1", list="sort=oldest", next="", form_token="t2")
        assert client.post(answers_of(newer), entry)["Location"] == "/rocket/agent/?sort=oldest"
        assert Message.objects.filter(agent=rocket.analyst).count() == 2


def test_without_a_list_it_is_the_queue(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        response = client.post(answers_of(ticket), form(ticket, go_next="1"))
        assert response["Location"] == "/rocket/agent/"


def test_a_list_that_is_not_there_leads_to_the_queue(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        entry = form(ticket, go_next="1", list="view=s999999")
        response = client.post(answers_of(ticket), entry)
        assert response.status_code == 303
        assert response["Location"].startswith("/rocket/agent/")
