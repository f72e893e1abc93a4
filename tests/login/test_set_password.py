"""Set a password by an emailed link. Email contacts already have an account (M84)."""

from __future__ import annotations

from django.core import mail
from django.test import Client

from accounts.models import Contact, User
from tests.cast import Cast
from tests.login.conftest import link_in

ASK, SIGN_IN = "/rocket/login/password/reset/", "/rocket/login/"
NEW = "another long passphrase"


def ask(client: Client, email: str) -> str:
    answer = client.post(ASK, {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/rocket/login/password/reset/sent/")
    return link_in(mail.outbox[-1])


def set_password(client: Client, link: str) -> None:
    form = client.get(link)
    assert form.status_code == 302
    done = client.post(form["Location"], {"password1": NEW, "password2": NEW})
    assert done["Location"] == "/rocket/login/password/reset/done/"


def test_an_email_contact_sets_a_password_and_signs_in(in_rocket: Cast, client: Client) -> None:
    contact = Contact.objects.create(desk=in_rocket.desk, email="mailer@gmail.com", name="Mail Er")
    ticket = in_rocket.open_ticket(contact=contact)
    link = ask(client, contact.email)
    assert link.startswith("/rocket/login/password/reset/")
    contact.refresh_from_db()
    assert contact.user is None
    set_password(client, link)
    assert client.post(SIGN_IN, {"login": contact.email, "password": NEW})["Location"] == "/rocket/"
    assert client.get(f"/rocket/portal/requests/{ticket.number}/").status_code == 200
    assert User.objects.get(email=contact.email).name == "Mail Er"


def test_a_link_works_once(in_rocket: Cast, client: Client) -> None:
    assert in_rocket.customer.user
    link = ask(client, in_rocket.customer.email)
    set_password(client, link)
    assert "no longer works" in Client().get(link).content.decode()


def test_a_desk_creates_no_account_for_another_desks_contact(
    in_rocket: Cast, matter: Cast, client: Client
) -> None:
    client.post(ASK, {"email": "nobody@globex.example"})
    assert not User.objects.filter(email="nobody@globex.example").exists()


def test_the_email_comes_from_the_desk(in_rocket: Cast, client: Client) -> None:
    ask(client, in_rocket.customer.email)
    sent = mail.outbox[-1]
    assert sent.from_email == f"Rocket <{in_rocket.mailbox.address}>"
    assert sent.subject == "[Rocket] Set your password"
