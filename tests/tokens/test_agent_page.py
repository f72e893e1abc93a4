"""An agent creates, sees, rotates and revokes their own API tokens."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiToken, AuditAction, AuditEntry
from accounts.tenancy import desk_scope, system_scope
from tests.cast import PASSWORD, Cast
from tests.tokens.programs import make_program, make_token

PAGE = "/rocket/agent/tokens/"
NEW = f"{PAGE}new/"
FORM = {"name": "Nightly report", "scopes": ["tickets:read"], "days": "30"}
SECRET = re.compile(r"plumb_pat_\w{38}")


@pytest.fixture
def client(rocket: Cast) -> Client:
    """The analyst's browser, right after they signed in with their password."""
    return sign_in_with_password(rocket.analyst)


def sign_in_with_password(agent: Any, desk: str = "rocket") -> Client:
    agent.user.set_password(PASSWORD)
    agent.user.save()
    verify(agent.user)
    client = Client()
    answer = client.post(f"/{desk}/login/", {"login": agent.user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def verify(user: Any) -> None:
    user.emailaddress_set.update_or_create(
        email=user.email, defaults={"verified": True, "primary": True}
    )


def create(client: Client) -> str:
    answer = client.post(NEW, FORM, follow=True)
    found = SECRET.search(answer.content.decode())
    assert found is not None
    return found.group()


def test_a_new_token_is_shown_once_and_works(rocket: Cast, client: Client) -> None:
    secret = create(client)
    assert make_program(secret).get("/rocket/api/v1/tickets/").status_code == 200
    page = client.get(PAGE).content.decode()
    assert "Nightly report" in page
    assert "Tickets, messages and notes: read" in page
    assert SECRET.search(page) is None, "the secret is shown a single time"
    with system_scope("test"):
        entry = AuditEntry.objects.get(action=AuditAction.TOKEN_CREATED)
        assert (entry.desk_id, entry.user_id) == (rocket.desk.pk, rocket.analyst.user_id)
        assert secret not in str(entry.detail)


def test_rotating_and_revoking(rocket: Cast, client: Client) -> None:
    first = create(client)
    with system_scope("test"):
        token = ApiToken.objects.get()
    answer = client.post(f"{PAGE}{token.pk}/rotation/", {"overlap": "0"}, follow=True)
    found = SECRET.search(answer.content.decode())
    assert found is not None
    second, url = found.group(), "/rocket/api/v1/tickets/"
    assert [make_program(one).get(url).status_code for one in (first, second)] == [401, 200]
    revoked = client.post(f"{PAGE}{token.pk}/revocation/", follow=True).content.decode()
    assert "Revoked" in revoked
    assert make_program(second).get(url).status_code == 401
    again = client.get(f"{PAGE}{token.pk}/rotation/", follow=True).content.decode()
    assert "This token no longer works" in again


def test_errors_keep_the_input(rocket: Cast, client: Client) -> None:
    answer = client.post(NEW, {"name": "Nightly report", "days": "90"})
    assert answer.status_code == 422
    assert 'value="Nightly report"' in answer.content.decode()
    assert client.post(NEW, {**FORM, "scopes": ["all"]}).status_code == 422
    assert client.post(NEW, {**FORM, "days": "9999"}).status_code == 422


def test_a_desk_can_refuse_tokens_without_an_end(rocket: Cast, client: Client) -> None:
    assert "No expiry" in client.get(NEW).content.decode()
    type(rocket.desk).objects.filter(pk=rocket.desk.pk).update(max_token_days=14)
    page = client.get(NEW).content.decode()
    assert "14 days" in page
    assert "No expiry" not in page
    assert "90 days" not in page
    assert client.post(NEW, {**FORM, "days": "0"}).status_code == 422


def test_tokens_of_others_are_not_found(rocket: Cast, matter: Cast, client: Client) -> None:
    others = [
        make_token(rocket.desk, rocket.colleague)[0],
        make_token(matter.desk, matter.analyst)[0],
    ]
    assert "Nightly report" not in client.get(PAGE).content.decode()
    for token in others:
        assert client.post(f"{PAGE}{token.pk}/rotation/", {"overlap": "0"}).status_code == 404
        assert client.post(f"{PAGE}{token.pk}/revocation/").status_code == 404
    customer = Client()
    customer.force_login(rocket.customer.user)
    assert customer.get(PAGE).status_code == 404


def test_a_sign_in_of_long_ago_asks_for_the_password_again(rocket: Cast, client: Client) -> None:
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    for method in (client.get, client.post):
        answer = method(NEW)
        assert answer.status_code == 303
        assert answer["Location"].startswith("/rocket/login/again/?next=")
    answer = client.post(
        "/rocket/login/again/?next=" + NEW, {"password": PASSWORD, "next": NEW}, follow=True
    )
    assert answer.redirect_chain[-1][0] == NEW
    assert answer.status_code == 200
    create(client)


def test_a_new_password_ends_the_tokens_at_every_desk(rocket: Cast, client: Client) -> None:
    secret = create(client)
    _token, other = make_token(rocket.desk, rocket.colleague)
    new = "a battery of horses, correct"
    answer = client.post(
        "/rocket/login/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert answer.status_code == 302
    url = "/rocket/api/v1/tickets/"
    assert [make_program(one).get(url).status_code for one in (secret, other)] == [401, 200]


def test_the_export_has_the_tokens_without_their_secrets(rocket: Cast, client: Client) -> None:
    create(client)
    admin = sign_in_with_password(rocket.admin)
    with desk_scope(rocket.desk):
        token = ApiToken.objects.get()
    export = admin.post(f"/rocket/admin/accounts/agent/{rocket.analyst.pk}/export/")
    assert export.status_code == 200
    content = b"".join(export.streaming_content) if export.streaming else export.content
    check_export(content, token)


def check_export(content: bytes, token: ApiToken) -> None:
    rows = zipfile.ZipFile(io.BytesIO(content)).read("api_tokens.jsonl").decode()
    assert token.hint in rows
    assert token.token_hash not in rows
    assert "token_hash" not in rows
