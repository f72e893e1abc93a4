"""Create an account, and see the tickets of an address once it is verified (M83, M84)."""

from __future__ import annotations

from django.core import mail
from django.test import Client

from accounts.models import AuditEntry, Contact, User
from tests.cast import Cast
from tests.login.conftest import link_in
from tickets.models import Ticket

SIGN_UP, SIGN_IN = "/rocket/login/sign-up/", "/rocket/login/"


def sign_up(client: Client, person: dict[str, str]) -> str:
    answer = client.post(SIGN_UP, person)
    assert answer.status_code == 302
    assert answer["Location"] == "/rocket/login/confirm/"
    return link_in(mail.outbox[-1])


def mail_from(cast: Cast, email: str) -> Ticket:
    contact = Contact.objects.create(desk=cast.desk, email=email)
    return cast.open_ticket(contact=contact, subject="Sent by mail")


def test_the_email_comes_from_the_desk_and_leads_back_to_it(
    in_rocket: Cast, client: Client, new_person
) -> None:
    link = sign_up(client, new_person)
    sent = mail.outbox[0]
    assert link.startswith("/rocket/login/confirm/")
    assert sent.from_email == f"Rocket <{in_rocket.mailbox.address}>"
    assert sent.subject == "[Rocket] Verify your email address"
    assert sent.to == ["nova@acme.example"]


def test_before_the_link_there_is_no_way_in(in_rocket: Cast, client: Client, new_person) -> None:
    ticket = mail_from(in_rocket, new_person["email"])
    sign_up(client, new_person)
    for visitor in (client, Client()):
        visitor.post(SIGN_IN, {"login": new_person["email"], "password": new_person["password1"]})
        answer = visitor.get(f"/rocket/portal/requests/{ticket.number}/")
        assert answer.status_code in {302, 404}
    assert Contact.objects.get(email=new_person["email"]).user is None


def test_the_link_asks_first_then_gives_the_tickets(
    in_rocket: Cast, client: Client, new_person
) -> None:
    ticket = mail_from(in_rocket, new_person["email"])
    link = sign_up(client, new_person)
    assert "Verify your email address" in client.get(link).content.decode()
    assert Contact.objects.get(email=new_person["email"]).user is None  # GET changes nothing
    assert client.post(link).status_code == 302
    contact = Contact.objects.get(email=new_person["email"])
    assert (contact.user, contact.account) == (
        User.objects.get(email=contact.email),
        in_rocket.account,
    )
    assert contact.name == "Nova Person"
    page = client.get(f"/rocket/portal/requests/{ticket.number}/")
    assert "Sent by mail" in page.content.decode()
    assert AuditEntry.objects.filter(action="contact_claimed", target=contact.email).exists()


def test_a_new_user_becomes_a_contact_of_the_account_that_owns_the_domain(
    in_rocket: Cast, client: Client, new_person
) -> None:
    client.post(sign_up(client, new_person))
    assert Contact.objects.get(email=new_person["email"]).account == in_rocket.account


def test_a_free_mail_address_belongs_to_no_account(
    in_rocket: Cast, client: Client, new_person
) -> None:
    client.post(sign_up(client, new_person | {"email": "nova@gmail.com"}))
    assert Contact.objects.get(email="nova@gmail.com").account is None


def test_the_address_is_verified_for_one_desk_only(
    in_rocket: Cast, matter: Cast, client: Client, new_person
) -> None:
    client.post(sign_up(client, new_person))
    page = client.get("/matter/").content.decode()
    assert "You're not a contact of Matter yet" in page
    assert client.get("/matter/portal/requests/").status_code == 403
    assert client.get("/matter/portal/requests/1001/").status_code == 404


def test_a_verified_user_joins_another_desk_by_a_click(
    in_rocket: Cast, matter: Cast, client: Client, new_person
) -> None:
    client.post(sign_up(client, new_person))
    assert client.get("/matter/portal/membership/").status_code == 405
    assert client.post("/matter/portal/membership/").status_code == 303
    assert client.get("/matter/portal/requests/").status_code == 200


def test_a_used_or_cut_link_says_so(in_rocket: Cast, client: Client, new_person) -> None:
    link = sign_up(client, new_person)
    client.post(link)
    assert Client().post(link).status_code == 404
    assert "no longer works" in Client().get(link[:-3] + "/").content.decode()


def test_without_a_desk_nobody_signs_up(
    rocket: Cast, matter: Cast, client: Client, new_person
) -> None:
    assert "You can't sign up here" in client.get("/login/sign-up/").content.decode()
    client.post("/login/sign-up/", new_person)
    assert not User.objects.filter(email=new_person["email"]).exists()


def test_the_link_verifies_tickets_sent_from_that_address(
    in_rocket: Cast, client: Client, new_person
) -> None:
    mine, anothers = (
        in_rocket.open_ticket(
            contact=Contact.objects.create(desk=in_rocket.desk, email=email), is_unverified=True
        )
        for email in (new_person["email"], "other@acme.example")
    )
    link = sign_up(client, new_person)
    assert Ticket.objects.get(pk=mine.pk).is_unverified  # asked for is not proven
    client.post(link)
    mine.refresh_from_db()
    assert (mine.is_unverified, mine.account) == (False, in_rocket.account)
    assert client.get(f"/rocket/portal/requests/{mine.number}/").status_code == 200
    assert Ticket.objects.get(pk=anothers.pk).is_unverified
