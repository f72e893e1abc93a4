"""Sign in and out at a desk."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Contact, User
from tests.cast import PASSWORD, Cast

SIGN_IN = "/rocket/login/"


@pytest.fixture
def login(in_rocket: Cast) -> dict[str, str]:
    user = in_rocket.customer.user
    assert user is not None
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return {"login": user.email, "password": PASSWORD}


def test_a_contact_comes_home_to_the_desk(client: Client, login: dict[str, str]) -> None:
    answer = client.post(SIGN_IN, login)
    assert answer["Location"] == "/rocket/"
    assert "Your requests" in client.get("/rocket/").content.decode()


def test_the_address_may_be_typed_in_any_case(client: Client, login: dict[str, str]) -> None:
    answer = client.post(SIGN_IN, login | {"login": login["login"].upper()})
    assert answer["Location"] == "/rocket/"


def test_an_agent_comes_to_the_queue(in_rocket: Cast, sign_in) -> None:
    answer = sign_in(in_rocket.analyst.user).get("/rocket/")
    assert (answer.status_code, answer["Location"]) == (302, "/rocket/agent/")


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("/rocket/portal/plans/", "/rocket/portal/plans/"),
        ("https://evil.example/", "/rocket/"),
        ("//evil.example/", "/rocket/"),
        (
            "http://localhost/",
            "/rocket/",
        ),  # another host that the installation serves is another site
        ("javascript:alert(1)", "/rocket/"),
        ("/\\evil.example", "/rocket/"),
    ],
)
def test_the_next_page_is_on_this_site(
    client: Client, login: dict[str, str], asked: str, place: str
) -> None:
    assert client.post(SIGN_IN, login | {"next": asked})["Location"] == place


def test_signing_out_takes_a_post(client: Client, login: dict[str, str]) -> None:
    client.post(SIGN_IN, login)
    assert client.get("/rocket/login/out/").status_code == 200
    assert client.get("/rocket/portal/requests/").status_code == 200
    assert client.post("/rocket/login/out/")["Location"] == "/rocket/"
    assert client.get("/rocket/portal/requests/").status_code == 302


def test_the_session_gets_a_new_id(client: Client, login: dict[str, str]) -> None:
    client.get(SIGN_IN)
    session = client.session
    session["marker"] = 1
    session.save()
    before = session.session_key
    client.post(SIGN_IN, login)
    assert client.session.session_key != before


def test_a_verified_user_claims_the_contact_who_wrote_by_email(
    in_rocket: Cast, matter: Cast, client: Client, login: dict[str, str]
) -> None:
    user = User.objects.create_user("later@gmail.com", PASSWORD)
    contact = Contact.objects.create(desk=in_rocket.desk, email=user.email)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    contact.refresh_from_db()
    assert contact.user == user


def test_a_closed_account_cannot_sign_in(
    in_rocket: Cast, client: Client, login: dict[str, str]
) -> None:
    User.objects.filter(email=login["login"]).update(is_active=False)
    client.post(SIGN_IN, login)
    assert client.get("/rocket/portal/requests/").status_code == 302


def test_failed_sign_ins_are_limited(client: Client, login: dict[str, str]) -> None:
    pages = [
        client.post(SIGN_IN, login | {"password": f"wrong {n}"}).content.decode() for n in range(6)
    ]
    assert "don&#x27;t match" in pages[0]
    assert "Too many failed sign-in attempts" in pages[5]
    assert "Too many failed" in client.post(SIGN_IN, login).content.decode()
