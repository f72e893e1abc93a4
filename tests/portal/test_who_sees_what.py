"""Visibility of a ticket and its files. For everyone else, they don't exist (404)."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Contact, ContactRole
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.portal.conftest import user_of
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import Attachment, State, Ticket
from tickets.services import add_participant

FILE = NewFile("log.txt", "text/plain", b"secret of acme")


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket(subject="Canary", files=(FILE,))


def addresses(ticket: Ticket) -> list[str]:
    file = Attachment.objects.get(message__ticket=ticket)
    return [f"/rocket/portal/requests/{ticket.number}/", f"/rocket/portal/files/{file.pk}/"]


def actions(ticket: Ticket) -> list[str]:
    return [f"/rocket/portal/requests/{ticket.number}/{what}/" for what in ("answers", "closure")]


def test_the_requester_sees_ticket_and_file(as_customer: Client, ticket: Ticket) -> None:
    page, file = (as_customer.get(url) for url in addresses(ticket))
    assert (page.status_code, file.status_code) == (200, 200)
    assert b"".join(file.streaming_content) == b"secret of acme"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in file["Content-Disposition"]


@pytest.mark.parametrize("who", ["customer_colleague", "elsewhere", "stranger", "analyst", "admin"])
def test_nobody_else_of_the_desk_finds_it_in_the_portal(
    in_rocket: Cast, ticket: Ticket, sign_in, who: str
) -> None:
    client = sign_in(getattr(in_rocket, who).user)
    assert [client.get(url).status_code for url in addresses(ticket)] == [404, 404]
    sent = [
        client.post(url, {"form_token": "t", "body": "mine"}).status_code for url in actions(ticket)
    ]
    assert sent == [404, 404]
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.messages.count()) == (State.OPEN, 1)


@pytest.mark.parametrize("who", ["customer", "manager", "analyst", "admin"])
def test_people_of_another_desk_find_nothing(
    matter: Cast, ticket: Ticket, sign_in, who: str
) -> None:
    client = sign_in(getattr(matter, who).user)
    assert [client.get(url).status_code for url in addresses(ticket)] == [404, 404]
    there = [url.replace("/rocket/", "/matter/") for url in addresses(ticket)]
    assert [client.get(url).status_code for url in there] == [404, 404]


def test_the_same_number_at_another_desk_is_another_ticket(
    matter: Cast, as_customer: Client, ticket: Ticket, sign_in
) -> None:
    with desk_scope(matter.desk):
        theirs = matter.open_ticket(subject="Theirs")
    assert theirs.number == ticket.number
    page = (
        sign_in(user_of(matter.customer))
        .get(f"/matter/portal/requests/{theirs.number}/")
        .content.decode()
    )
    assert "Theirs" in page
    assert "Canary" not in page


def test_visitors_sign_in_and_come_back(client: Client, ticket: Ticket) -> None:
    for url in addresses(ticket):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer["Location"] == f"/rocket/login/?next={url}"


def test_the_manager_sees_and_may_close_the_accounts_tickets(
    in_rocket: Cast, ticket: Ticket, sign_in
) -> None:
    client = sign_in(user_of(in_rocket.manager))
    assert "Canary" in client.get("/rocket/portal/requests/").content.decode()
    assert [client.get(url).status_code for url in addresses(ticket)] == [200, 200]
    assert client.post(actions(ticket)[1]).status_code == 303
    assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED


def test_a_follower_can_reply_but_not_close(in_rocket: Cast, ticket: Ticket, sign_in) -> None:
    reader: Contact = in_rocket.customer_colleague
    add_participant(ticket_id=ticket.pk, contact=reader, by=Actor.of(in_rocket.analyst), at=NOON)
    client = sign_in(user_of(reader))
    page = client.get(addresses(ticket)[0]).content.decode()
    assert "Close request" not in page
    assert client.post(actions(ticket)[1]).status_code == 403
    assert client.post(actions(ticket)[0], {"form_token": "t", "body": "me too"}).status_code == 303


def test_a_follower_who_manages_another_account_cannot_close(
    in_rocket: Cast, ticket: Ticket, sign_in
) -> None:
    reader: Contact = in_rocket.elsewhere
    Contact.objects.filter(pk=reader.pk).update(role=ContactRole.MANAGER)
    add_participant(ticket_id=ticket.pk, contact=reader, by=Actor.of(in_rocket.analyst), at=NOON)
    client = sign_in(user_of(reader))
    assert client.get(addresses(ticket)[0]).status_code == 200
    assert client.post(actions(ticket)[1]).status_code == 403


def test_an_unverified_ticket_is_hidden(in_rocket: Cast, as_customer: Client) -> None:
    forged = in_rocket.open_ticket(subject="Forged", is_unverified=True)
    assert as_customer.get(f"/rocket/portal/requests/{forged.number}/").status_code == 404
    assert "Forged" not in as_customer.get("/rocket/portal/requests/").content.decode()


def test_impossible_numbers_do_not_exist(as_customer: Client) -> None:
    for path in ("requests/0/", f"requests/{10**30}/", f"files/{10**30}/"):
        assert as_customer.get(f"/rocket/portal/{path}").status_code == 404
