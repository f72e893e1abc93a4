"""A form sent twice, by a double click or a reload, is processed once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts.tenancy import desk_scope
from tests.cast import Cast, make_cast
from tests.portal.conftest import user_of
from tickets.models import Message, Ticket

URL = "/rocket/portal/requests/new/"


def test_every_rendered_form_has_its_own_token(as_customer: Client) -> None:
    def token() -> str:
        found = re.search(
            r'name="form_token" value="([^"]+)"', as_customer.get(URL).content.decode()
        )
        assert found
        return found[1]

    assert len({token() for _ in range(3)}) == 3


def test_the_same_form_twice_leads_to_the_same_ticket(as_customer: Client, request_form) -> None:
    first = as_customer.post(URL, request_form())
    second = as_customer.post(URL, request_form())
    assert Ticket.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_another_persons_token_reveals_nothing(
    in_rocket: Cast, as_customer: Client, request_form, sign_in
) -> None:
    as_customer.post(URL, request_form())
    other = sign_in(user_of(in_rocket.elsewhere)).post(URL, request_form(subject="Mine"))
    assert Ticket.objects.get(subject="Mine").contact == in_rocket.elsewhere
    assert other.status_code == 303


def test_the_same_reply_twice_is_one_message(in_rocket: Cast, as_customer: Client) -> None:
    ticket = in_rocket.open_ticket()
    for _ in range(2):
        as_customer.post(
            f"/rocket/portal/requests/{ticket.number}/answers/",
            {"form_token": "t", "body": "More detail"},
        )
    assert Message.objects.filter(body_text="More detail").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_open_one_ticket(sign_in) -> None:
    cast = make_cast(
        "rocket",
        prefix="RC",
        domain="acme.example",
        priorities=["High", "Medium"],
        mail_default="Medium",
    )
    form = {
        "form_token": "t",
        "subject": "S",
        "description": "D",
        "priority": cast.priorities["High"].pk,
    }
    clients = [sign_in(user_of(cast.customer)) for _ in range(4)]

    def send(client: Client) -> str:
        try:
            return client.post(URL, form)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(send, clients))
    with desk_scope(cast.desk):
        assert Ticket.objects.count() == 1
    assert len(places) == 1
