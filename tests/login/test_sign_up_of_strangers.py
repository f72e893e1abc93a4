"""An attacker signs up with another person's address; that password never opens the account."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.cast import Cast
from tests.login.conftest import link_in
from tests.login.test_two_factor_sign_in import emailed_code

SIGN_IN, SIGN_UP = "/rocket/login/", "/rocket/login/sign-up/"
OWN = "the owner's own passphrase"


@pytest.fixture
def attacker(in_rocket: Cast, client: Client, new_person: dict[str, str]) -> Client:
    """A browser that signed up with another person's address. The email is in the outbox."""
    assert client.post(SIGN_UP, new_person).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/rocket/").wsgi_request.user.is_authenticated


def can_sign_in(client: Client, person: dict[str, str], password: str) -> bool:
    client.post(SIGN_IN, {"login": person["email"], "password": password})
    return is_in(client)


def choose_password(victim: Client, link: str) -> None:
    form = victim.get(link)
    assert form.status_code == 302
    assert "Set a new password" in victim.get(form["Location"]).content.decode()
    done = victim.post(form["Location"], {"password1": OWN, "password2": OWN})
    assert done["Location"] == "/rocket/login/password/reset/done/"


def test_verifying_the_address_in_another_browser_leads_to_setting_a_password(
    attacker: Client, new_person: dict[str, str]
) -> None:
    victim = Client()
    proven = victim.post(link_in(mail.outbox[-1]))
    assert not User.objects.get(email=new_person["email"]).has_usable_password()
    assert not can_sign_in(Client(), new_person, new_person["password1"])
    choose_password(victim, proven["Location"])
    assert can_sign_in(victim, new_person, OWN)
    assert not can_sign_in(Client(), new_person, new_person["password1"])


def test_the_page_for_the_new_password_says_why(
    attacker: Client, new_person: dict[str, str]
) -> None:
    victim = Client()
    link = victim.post(link_in(mail.outbox[-1]))["Location"]
    shown = victim.get(victim.get(link)["Location"]).content.decode()
    assert f"You verified {new_person['email']} in a different browser" in " ".join(shown.split())
    assert new_person["password1"] not in shown


def test_other_reasons_for_a_new_password_show_no_such_notice(in_rocket: Cast) -> None:
    visitor = Client()
    visitor.post("/rocket/login/password/reset/", {"email": in_rocket.customer.email})
    form = visitor.get(link_in(mail.outbox[-1]))["Location"]
    assert "in a different browser" not in visitor.get(form).content.decode()


def test_the_browser_that_signed_up_gains_nothing(
    attacker: Client, new_person: dict[str, str]
) -> None:
    Client().post(link_in(mail.outbox[-1]))
    for page in ("confirm/", "", "sign-up/", "password/set/"):
        attacker.get(f"/rocket/login/{page}")
    assert not is_in(attacker)
    assert not can_sign_in(attacker, new_person, new_person["password1"])


def test_an_emailed_code_verifies_the_address_and_not_the_password(
    attacker: Client, new_person: dict[str, str]
) -> None:
    victim = Client()
    victim.post("/rocket/login/code/", {"email": new_person["email"]})
    victim.post("/rocket/login/code/confirm/", {"code": emailed_code()})
    assert is_in(victim)
    assert not can_sign_in(Client(), new_person, new_person["password1"])


def test_requesting_a_code_does_not_make_the_browser_the_one_that_signed_up(
    attacker: Client, new_person: dict[str, str]
) -> None:
    link, victim = link_in(mail.outbox[-1]), Client()
    victim.post("/rocket/login/code/", {"email": new_person["email"]})
    victim.post(link)
    assert not can_sign_in(Client(), new_person, new_person["password1"])


def test_a_password_set_by_email_is_kept(attacker: Client, new_person: dict[str, str]) -> None:
    victim = Client()
    victim.post("/rocket/login/password/reset/", {"email": new_person["email"]})
    choose_password(victim, link_in(mail.outbox[-1]))
    assert can_sign_in(Client(), new_person, OWN)
    assert not can_sign_in(Client(), new_person, new_person["password1"])


def test_verifying_in_the_same_browser_keeps_the_password(
    attacker: Client, new_person: dict[str, str]
) -> None:
    assert attacker.post(link_in(mail.outbox[-1]))["Location"] == "/rocket/"
    assert is_in(attacker)
    assert can_sign_in(Client(), new_person, new_person["password1"])


def test_a_user_verified_before_keeps_the_password(in_rocket: Cast) -> None:
    user = in_rocket.customer.user
    assert user is not None
    visitor = Client()
    visitor.post("/rocket/login/code/", {"email": user.email})
    visitor.post("/rocket/login/code/confirm/", {"code": emailed_code()})
    user.refresh_from_db()
    assert user.has_usable_password()
