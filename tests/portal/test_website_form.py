"""The website's contact form (M24): the same response for everyone, rate limits for a captcha."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.cast import Cast
from tickets.models import Channel, Ticket

URL, SENT = "/rocket/portal/contact/", "/rocket/portal/contact/sent/"


def form(**changes: str) -> dict[str, str]:
    typed = {
        "name": "Passer By",
        "email": "passer@gmail.com",
        "subject": "Hello",
        "message": "May I ask?",
    }
    return typed | {"form_token": "t", "website": ""} | changes


def test_everyone_can_write_and_the_ticket_is_unverified(in_rocket: Cast, client: Client) -> None:
    answer = client.post(URL, form())
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, SENT)
    assert (ticket.channel, ticket.is_unverified, ticket.account) == (Channel.WEB, True, None)
    assert ticket.contact.email == "passer@gmail.com"


def test_a_customers_address_proves_nothing_here(in_rocket: Cast, client: Client, sign_in) -> None:
    client.post(URL, form(email=in_rocket.customer.email))
    ticket = Ticket.objects.get()
    assert (ticket.is_unverified, ticket.account) == (True, None)
    owner = sign_in(in_rocket.customer.user)
    assert owner.get(f"/rocket/portal/requests/{ticket.number}/").status_code == 404


def test_the_response_is_the_same_for_everyone(in_rocket: Cast) -> None:
    def bare(email: str) -> str:
        page = Client().post(URL, form(email=email), follow=True).content.decode()
        return re.sub(r'X-CSRFToken": "[^"]+"', "", page)

    assert (
        bare(in_rocket.customer.email)
        == bare(in_rocket.analyst.user.email)
        == bare("new@nowhere.example")
    )


def test_errors_keep_what_was_typed(in_rocket: Cast, client: Client) -> None:
    answer = client.post(URL, form(email="nonsense", message="My <story>"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "My &lt;story&gt;" in page
    assert 'value="nonsense"' in page
    assert "Enter a valid email address." in page


def test_a_bot_that_fills_in_the_trap_opens_nothing(in_rocket: Cast, client: Client) -> None:
    answer = client.post(URL, form(website="https://spam.example"))
    assert answer["Location"] == SENT
    assert not Ticket.objects.exists()


def test_the_same_form_twice_is_one_ticket(in_rocket: Cast, client: Client) -> None:
    client.post(URL, form())
    client.post(URL, form())
    assert Ticket.objects.count() == 1


def test_a_visitor_can_send_ten_an_hour(in_rocket: Cast, client: Client) -> None:
    sent = [
        client.post(URL, form(form_token=f"t{n}", email=f"p{n}@gmail.com")).status_code
        for n in range(12)
    ]
    assert sent == [303] * 10 + [429] * 2
    assert Ticket.objects.count() == 10
    assert client.get(URL).status_code == 200


def test_an_address_can_be_used_five_times_a_day(in_rocket: Cast) -> None:
    sent = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(URL, form(form_token=f"t{n}")).status_code
        for n in range(1, 8)
    ]
    assert sent == [303] * 5 + [429] * 2
    assert Ticket.objects.count() == 5


@pytest.mark.parametrize("forged", ["203.0.113.7", "127.0.0.1, 203.0.113.7"])
def test_a_forged_forwarding_header_does_not_lift_the_limit(in_rocket: Cast, forged: str) -> None:
    for n in range(10):
        Client().post(URL, form(form_token=f"t{n}", email=f"p{n}@gmail.com"))
    late = Client(headers={"X-Forwarded-For": forged})
    assert late.post(URL, form(form_token="late", email="late@gmail.com")).status_code == 429


def test_the_desks_own_mailbox_is_refused(in_rocket: Cast, client: Client) -> None:
    answer = client.post(URL, form(email=in_rocket.mailbox.address))
    assert answer.status_code == 422
    assert "This is our own address" in answer.content.decode()
    assert not Ticket.objects.exists()
