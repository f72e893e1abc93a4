"""A program signs in with a bearer token, and with nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent, ApiToken, User
from accounts.tenancy import desk_scope, system_scope
from accounts.tokens.secrets import SecretKind, is_well_formed, make_secret
from accounts.tokens.services import revoke_token
from routing.models import Presence
from tests.cast import Cast
from tests.tokens.programs import make_program, make_token
from tickets.models import Note, TicketEvent

URL = "/rocket/api/v1/tickets/"


def test_a_program_writes_as_its_person_without_cookies_and_csrf_token(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    _token, secret = make_token(rocket.desk, rocket.analyst)
    response = make_program(secret).post(
        f"{URL}{ticket.number}/notes/", {"text": "Disk is full"}, content_type="application/json"
    )
    assert response.status_code == 201
    with desk_scope(rocket.desk):
        assert Note.objects.get(ticket=ticket).agent_id == rocket.analyst.pk
        newest = TicketEvent.objects.filter(ticket=ticket).latest("id")
        assert newest.actor_name == rocket.analyst.name
        assert not Presence.objects.filter(agent=rocket.analyst).exists(), "programs aren't present"


def test_only_the_sha256_of_a_secret_is_stored(rocket: Cast) -> None:
    token, secret = make_token(rocket.desk, rocket.analyst)
    assert is_well_formed(secret)
    assert secret.startswith(token.hint)
    with system_scope("test"):
        row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert len(row["token_hash"]) == 64
    assert not any(secret[16:] in str(value) for value in row.values())


def list_bad_headers(secret: str) -> dict[str, str]:
    tampered = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    return {
        "tampered": f"Bearer {tampered}",
        "unknown": f"Bearer {make_secret(SecretKind.PERSONAL)}",
        "cut": f"Bearer {secret[:-6]}",
        "empty": "Bearer ",
        "basic": f"Basic {secret}",
        "bare": secret,
        "long": "Bearer " + "a" * 10_000,
        "control": f"Bearer {secret}\x01",
    }


def test_what_is_no_token_of_this_desk_is_401_even_with_a_session(
    rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    _token, secret = make_token(rocket.desk, rocket.analyst)
    _token, foreign = make_token(matter.desk, matter.analyst)
    client = sign_in(rocket.admin.user)
    assert client.get(URL).status_code == 200
    refused = {**list_bad_headers(secret), "foreign": f"Bearer {foreign}"}
    for name, header in refused.items():
        response = client.get(URL, headers={"authorization": header})
        assert response.status_code == 401, name
        assert response["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"', name
        assert response["Content-Type"] == "application/problem+json", name
    assert make_program(secret).get("/matter/api/v1/tickets/").status_code == 401
    assert make_program(foreign).get("/matter/api/v1/tickets/").status_code == 200


def test_without_a_token_the_challenge_names_no_error(rocket: Cast) -> None:
    response = Client().get(URL)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="api"')


def test_a_token_in_the_query_or_the_body_is_ignored(rocket: Cast) -> None:
    _token, secret = make_token(rocket.desk, rocket.analyst)
    assert Client().get(f"/rocket/api/v1/staff/?access_token={secret}").status_code == 401
    posted = Client().post(URL, {"access_token": secret}, content_type="application/json")
    assert posted.status_code == 401


def test_a_token_opens_no_page(rocket: Cast) -> None:
    _token, secret = make_token(rocket.desk, rocket.admin)
    program = make_program(secret)
    for page in ("/rocket/agent/", "/rocket/admin/"):
        response = program.get(page)
        assert response.status_code == 302, page
        assert response["Location"].startswith("/rocket/login/"), page


def switch_off_person(agent: Agent) -> None:
    User.objects.filter(pk=agent.user_id).update(is_active=False)


def switch_off_agent(agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(is_active=False)


@pytest.mark.parametrize("switch_off", [switch_off_person, switch_off_agent])
def test_tokens_of_people_who_left_stop_with_the_next_request(
    rocket: Cast, switch_off: Any
) -> None:
    _token, secret = make_token(rocket.desk, rocket.analyst)
    program = make_program(secret)
    assert program.get(URL).status_code == 200
    with desk_scope(rocket.desk):
        switch_off(rocket.analyst)
    assert program.get(URL).status_code == 401


def test_a_revoked_or_expired_token_is_401(rocket: Cast) -> None:
    token, secret = make_token(rocket.desk, rocket.analyst)
    revoked = make_program(secret)
    assert revoked.get(URL).status_code == 200
    with desk_scope(rocket.desk):
        assert revoke_token(token=token, by=rocket.analyst.user, at=timezone.now())
    assert revoked.get(URL).status_code == 401
    long_ago = timezone.now() - timedelta(days=100)
    _token, expired = make_token(rocket.desk, rocket.analyst, at=long_ago)
    assert make_program(expired).get(URL).status_code == 401


def test_tokens_of_a_suspended_desk_do_not_work(rocket: Cast) -> None:
    _token, secret = make_token(rocket.desk, rocket.admin)
    type(rocket.desk).objects.filter(pk=rocket.desk.pk).update(is_suspended=True)
    assert make_program(secret).get(URL).status_code == 503
