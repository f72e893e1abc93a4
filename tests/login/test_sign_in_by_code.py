"""Sign in with an emailed code."""

from __future__ import annotations

from django.core import mail
from django.test import Client

from accounts.models import Contact, User
from tests.cast import Cast
from tests.login.test_two_factor_sign_in import ask_code, emailed_code, is_out

CONFIRM = "/rocket/login/code/confirm/"


def test_the_code_comes_from_the_desk_and_signs_in(in_rocket: Cast, client: Client) -> None:
    assert ask_code(client, in_rocket.customer.email)["Location"] == CONFIRM
    sent = mail.outbox[-1]
    assert (sent.from_email, sent.subject) == (
        f"Rocket <{in_rocket.mailbox.address}>",
        "[Rocket] Your sign-in code",
    )
    assert client.post(CONFIRM, {"code": emailed_code()})["Location"] == "/rocket/"
    assert client.get("/rocket/portal/requests/").status_code == 200


def test_the_session_gets_a_new_id(in_rocket: Cast, client: Client) -> None:
    ask_code(client, in_rocket.customer.email)
    before = client.session.session_key
    client.post(CONFIRM, {"code": emailed_code()})
    assert client.session.session_key not in {before, None}


def test_an_email_contact_signs_in_without_ever_setting_a_password(
    in_rocket: Cast, client: Client
) -> None:
    contact = Contact.objects.create(desk=in_rocket.desk, email="mailer@gmail.com", name="Mail Er")
    ticket = in_rocket.open_ticket(contact=contact)
    ask_code(client, contact.email)
    contact.refresh_from_db()
    assert contact.user is None  # before the code nothing is proven
    client.post(CONFIRM, {"code": emailed_code()})
    assert client.get(f"/rocket/portal/requests/{ticket.number}/").status_code == 200
    assert not User.objects.get(email=contact.email).has_usable_password()


def test_three_wrong_codes_end_it(in_rocket: Cast, client: Client) -> None:
    ask_code(client, in_rocket.customer.email)
    code = emailed_code()
    for guess in ("AAAAAA", "BBBBBB", "CCCCCC"):
        client.post(CONFIRM, {"code": guess})
    client.post(CONFIRM, {"code": code})
    assert is_out(client)


def test_the_code_works_only_in_the_browser_that_requested_it(
    in_rocket: Cast, client: Client
) -> None:
    ask_code(client, in_rocket.customer.email)
    elsewhere = Client()
    ask_code(elsewhere, "nobody@nowhere.example")
    elsewhere.post(CONFIRM, {"code": emailed_code_to(in_rocket.customer.email)})
    assert is_out(elsewhere)


def emailed_code_to(email: str) -> str:
    mail.outbox = [message for message in mail.outbox if message.to == [email]]
    return emailed_code()


def test_a_closed_account_gets_no_code(in_rocket: Cast, client: Client) -> None:
    User.objects.filter(email=in_rocket.customer.email).update(is_active=False)
    ask_code(client, in_rocket.customer.email)
    assert "your code to sign in" not in str(mail.outbox[-1].body)
