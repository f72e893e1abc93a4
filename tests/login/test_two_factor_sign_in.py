"""Once 2FA is set up, no way of signing in avoids it (security goal 17)."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.invitations.sending import invite
from accounts.models import User
from tests.cast import PASSWORD, Cast
from tests.login.conftest import (
    code_of,
    give_app,
    link_in,
    recovery_codes_of,
    sign_in_with_password,
)

SECOND = "/rocket/login/two-factor/code/"
NEW = "another long passphrase"


@pytest.fixture
def person(in_rocket: Cast) -> User:
    """An analyst with an authenticator app. The desk does not require it."""
    give_app(in_rocket.analyst.user)
    return in_rocket.analyst.user


def is_out(client: Client) -> bool:
    """Return True if the browser is signed out."""
    return "_auth_user_id" not in client.session


def ask_code(client: Client, email: str) -> HttpResponse:
    return client.post("/rocket/login/code/", {"email": email})


def emailed_code() -> str:
    found = re.search(r"code to sign in to [^:]+:\s+(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_the_password_is_half_the_way(person: User, client: Client) -> None:
    assert sign_in_with_password(client, person)["Location"] == SECOND
    assert is_out(client)
    assert client.get("/rocket/agent/").status_code == 302
    assert client.post(SECOND, {"code": "000000"}).status_code == 200
    assert is_out(client)
    assert client.post(SECOND, {"code": code_of(person)})["Location"] == "/rocket/"
    assert client.get("/rocket/agent/").status_code == 200


def test_a_code_works_once(person: User, client: Client) -> None:
    code = code_of(person)
    for visitor in (client, Client()):
        sign_in_with_password(visitor, person)
        visitor.post(SECOND, {"code": code})
    assert (is_out(client), is_out(visitor)) == (False, True)


def test_it_does_so_for_as_long_as_it_is_valid(person: User, client: Client) -> None:
    code = code_of(person)
    sign_in_with_password(client, person)
    client.post(SECOND, {"code": code})
    cache.delete(f"allauth.mfa.totp.used?user={person.pk}&code={code}")  # as half a minute does
    visitor = Client()
    sign_in_with_password(visitor, person)
    visitor.post(SECOND, {"code": code})
    assert (is_out(client), is_out(visitor)) == (False, True)


def test_a_recovery_code_stands_in_once(person: User, client: Client) -> None:
    code = recovery_codes_of(person)[0]
    for visitor in (client, Client()):
        sign_in_with_password(visitor, person)
        visitor.post(SECOND, {"code": code})
    assert (is_out(client), is_out(visitor)) == (False, True)
    assert len(recovery_codes_of(person)) == 9


def test_guesses_are_limited(person: User, client: Client) -> None:
    sign_in_with_password(client, person)
    pages = [client.post(SECOND, {"code": f"{n:06}"}).content.decode() for n in range(6)]
    assert "Too many failed sign-in attempts" in pages[5]
    client.post(SECOND, {"code": code_of(person)})
    assert is_out(client)


def test_an_emailed_code_is_half_the_way(person: User, client: Client) -> None:
    ask_code(client, person.email)
    answer = client.post("/rocket/login/code/confirm/", {"code": emailed_code()})
    assert answer["Location"] == SECOND
    assert is_out(client)


def test_a_new_password_by_email_signs_nobody_in(person: User, client: Client) -> None:
    client.post("/rocket/login/password/reset/", {"email": person.email})
    form = client.get(link_in(mail.outbox[-1]))
    client.post(form["Location"], {"password1": NEW, "password2": NEW})
    assert is_out(client)
    answer = client.post("/rocket/login/", {"login": person.email, "password": NEW})
    assert (answer["Location"], is_out(client)) == (SECOND, True)


def test_an_invitation_signs_nobody_in(
    person: User, in_rocket: Cast, matter: Cast, client: Client
) -> None:
    _, token = invite(
        desk=in_rocket.desk,
        email=in_rocket.customer.email,
        kind="contact",
        role="manager",
        at=timezone.now(),
    )
    give_app(in_rocket.customer.user)
    answer = client.post(f"/rocket/invitation/{token}/", {"name": "X", "password": PASSWORD})
    assert answer["Location"].startswith("/rocket/login/")
    assert is_out(client)


def test_signing_up_again_signs_nobody_in(person: User, client: Client) -> None:
    client.post(
        "/rocket/login/sign-up/", {"name": "X", "email": person.email, "password1": PASSWORD}
    )
    assert is_out(client)


def test_the_admin_site_has_no_sign_in_of_its_own(in_rocket: Cast, client: Client) -> None:
    give_app(in_rocket.admin.user)
    answer = client.post(
        "/rocket/admin/login/", {"username": in_rocket.admin.user.email, "password": PASSWORD}
    )
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/rocket/login/")
    assert is_out(client)


def test_the_api_accepts_no_password(person: User, client: Client) -> None:
    answer = client.get("/rocket/api/v1/tickets/", headers={"Authorization": "Basic YTpi"})
    assert answer.status_code in {401, 403}
    sign_in_with_password(client, person)
    assert client.get("/rocket/api/v1/tickets/").status_code in {401, 403}


def test_another_desk_asks_too(person: User, matter: Cast, client: Client) -> None:
    assert (
        sign_in_with_password(client, person, at="matter")["Location"]
        == "/matter/login/two-factor/code/"
    )
    assert is_out(client)


def test_there_is_no_second_step_without_the_first(person: User, client: Client) -> None:
    assert client.get(SECOND)["Location"] == "/rocket/login/"
    assert client.post(SECOND, {"code": code_of(person)})["Location"] == "/rocket/login/"
    assert is_out(client)


def test_secrets_are_sealed_at_rest(person: User) -> None:
    kept = {a.type: a.data for a in person.authenticator_set.all()}
    assert kept["totp"]["secret"].startswith("gAAAA")
    assert kept["recovery_codes"]["seed"].startswith("gAAAA")
