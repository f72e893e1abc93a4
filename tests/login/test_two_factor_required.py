"""If 2FA is required but not completed, no other page opens (security goal 17)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from accounts.models import Agent, User
from helpdesk.login.two_factor.middleware import OPEN_PAGES
from helpdesk.login.two_factor.policy import PendingStep
from tests.cast import Cast
from tests.login.conftest import code_for, code_of, give_app, sign_in_with_password

SET_UP, USE = "/rocket/login/two-factor/", "/rocket/login/two-factor/again/"
SAMPLES = {
    "int": "1",
    "str": "x",
    "path": "1",
    "slug": "x",
    "uuid": "0b0a5c1e-5a5e-4a3e-8f3e-0123456789ab",
}
REGEXES = {  # a parameter of patterns that are no plain path, and an address that fits
    "<uidb36>": "password/reset/1-abc/",
    "<app_label>": "accounts/",
    "<url>": "nothing/",
}


def list_addresses() -> Iterator[tuple[str, str]]:
    """Yield the name and a path of every route."""
    yield from walk(get_resolver().url_patterns, "", ())


def walk(patterns: list[Any], prefix: str, spaces: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from walk(entry.url_patterns, prefix + fill(entry.pattern), inner)
        else:
            yield ":".join([*spaces, entry.name or ""]), prefix + fill(entry.pattern)


def fill(pattern: Any) -> str:
    text = str(pattern)
    if isinstance(pattern, RegexPattern):
        return next((address for part, address in REGEXES.items() if part in text), None) or plain(
            text
        )
    for name, converter in pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        text = text.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", "x")
    return text


def plain(regex: str) -> str:
    assert "(" not in regex, f"no address is known for {regex}"
    return regex.strip("^$")


def is_led_to(answer: HttpResponse, place: str) -> bool:
    """Return True if a response only leads to the pending step of 2FA."""
    if answer.status_code == 403:
        said = "Two-factor authentication (2FA) is required. Sign in with a browser."
        return answer.json()["detail"] == said
    return answer.status_code == 302 and answer["Location"].partition("?")[0] == place


@pytest.fixture
def strict(in_rocket: Cast) -> Cast:
    """A desk that requires 2FA of all its agents."""
    in_rocket.desk.require_two_factor = True
    in_rocket.desk.save()
    return in_rocket


@pytest.fixture
def client_of(sign_in) -> Any:
    return lambda agent: sign_in(agent.user)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("owed", list(PendingStep))
def test_every_route_leads_to_the_pending_step(
    strict: Cast, client_of, owed: PendingStep, method: str
) -> None:
    if owed is PendingStep.VERIFY:
        give_app(strict.admin.user)
    client = client_of(strict.admin)
    place = USE if owed is PendingStep.VERIFY else SET_UP
    shown = {
        name for name, path in list_addresses() if not is_led_to(ask(client, method, path), place)
    }
    assert shown <= OPEN_PAGES[owed]
    assert len(list(list_addresses())) > 100


def ask(client: Client, method: str, path: str) -> HttpResponse:
    """Request any page but sign-out, which is open and would end the test."""
    return getattr(client, method)(f"/rocket/{path}") if path != "login/out/" else HttpResponse()


@pytest.mark.parametrize("who", ["analyst", "level_two", "lead", "observer", "admin"])
def test_a_desk_that_requires_it_asks_all_its_agents(strict: Cast, client_of, who: str) -> None:
    assert client_of(getattr(strict, who)).get("/rocket/agent/")["Location"] == SET_UP


@pytest.mark.parametrize("who", ["customer", "manager", "stranger"])
def test_customers_are_not_asked(strict: Cast, client_of, who: str) -> None:
    assert client_of(getattr(strict, who)).get("/rocket/").status_code == 200


def test_another_desks_setting_does_not_matter(strict: Cast, matter: Cast, client_of) -> None:
    assert client_of(matter.analyst).get("/matter/agent/").status_code == 200
    assert client_of(strict.analyst).get("/matter/agent/").status_code == 404


def test_admins_are_asked_where_the_installation_requires_it(
    in_rocket: Cast, client_of, settings
) -> None:
    assert client_of(in_rocket.admin).get("/rocket/admin/").status_code == 200
    settings.ADMIN_TWO_FACTOR = True
    assert client_of(in_rocket.admin).get("/rocket/admin/")["Location"] == SET_UP
    assert client_of(in_rocket.analyst).get("/rocket/agent/").status_code == 200


@pytest.mark.parametrize("place", ["", "/rocket"])
def test_the_installations_admin_is_asked_everywhere(
    in_rocket: Cast, matter: Cast, sign_in, settings, place: str
) -> None:
    settings.ADMIN_TWO_FACTOR = True
    chief = User.objects.create_superuser("chief@plumbline.example", "a long enough passphrase")
    answer = sign_in(chief).get(f"{place}/admin/")
    assert (answer.status_code, answer["Location"].endswith("/login/two-factor/")) == (302, True)


def test_the_api_answers_in_json(strict: Cast, client_of) -> None:
    answer = client_of(strict.analyst).get("/rocket/api/v1/tickets/")
    assert (answer.status_code, "(2FA) is required" in answer.json()["detail"]) == (403, True)


def test_a_live_part_gets_401_when_signed_out(strict: Cast, client_of) -> None:
    answer = client_of(strict.analyst).get("/rocket/agent/", headers={"HX-Request": "true"})
    assert answer.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_there_is_no_stream(rocket: Cast) -> None:
    rocket.desk.require_two_factor = True
    rocket.desk.save()

    async def run() -> int:
        client = AsyncClient()
        await client.aforce_login(rocket.analyst.user)
        answer = await client.get("/rocket/agent/stream/", headers={"Accept": "text/event-stream"})
        await sync_to_async(connections.close_all)()
        return answer.status_code

    assert asyncio.run(run()) == 401


def test_setting_up_an_app_opens_the_desk(strict: Cast, client: Client) -> None:
    sign_in_with_password(client, strict.analyst.user)
    assert client.get("/rocket/agent/")["Location"] == SET_UP
    assert "requires 2FA" in client.get(SET_UP).content.decode()
    assert "data:image/svg+xml" in client.get("/rocket/login/two-factor/app/").content.decode()
    wrong = client.post("/rocket/login/two-factor/app/", {"code": "000000"})
    assert (wrong.status_code, client.get("/rocket/agent/").status_code) == (200, 302)
    done = client.post("/rocket/login/two-factor/app/", {"code": code_shown(client)})
    assert done["Location"] == "/rocket/login/two-factor/recovery/"
    assert client.get("/rocket/agent/").status_code == 200
    assert client.get(done["Location"]).content.decode().count("<li>") == 10


def code_shown(client: Client) -> str:
    """Return the code of the app that is being set up."""
    return code_for(client.session["mfa.totp.secret"])


def test_an_older_session_must_use_the_new_authenticator(strict: Cast, client: Client) -> None:
    sign_in_with_password(client, strict.analyst.user)
    give_app(strict.analyst.user)
    assert client.get("/rocket/agent/")["Location"] == f"{USE}?next=%2Frocket%2Fagent%2F"
    assert client.post(USE, {"code": "000000"}).status_code == 200
    assert client.get("/rocket/agent/").status_code == 302
    answer = client.post(USE + "?next=/rocket/agent/", {"code": code_of(strict.analyst.user)})
    assert answer["Location"] == "/rocket/agent/"
    assert client.get("/rocket/agent/").status_code == 200


def test_the_password_does_not_replace_two_factor_authentication(
    strict: Cast, client: Client
) -> None:
    sign_in_with_password(client, strict.analyst.user)
    give_app(strict.analyst.user)
    for path in (
        "again/",
        "two-factor/app/",
        "passkeys/new/",
        "two-factor/",
        "two-factor/app/remove/",
        "two-factor/recovery/",
    ):
        assert client.get(f"/rocket/login/{path}")["Location"].startswith(USE)


def test_removing_it_leads_to_setting_it_up_again(strict: Cast, client: Client) -> None:
    give_app(strict.analyst.user)
    sign_in_with_password(client, strict.analyst.user)
    client.post("/rocket/login/two-factor/code/", {"code": code_of(strict.analyst.user)})
    assert client.get("/rocket/agent/").status_code == 200
    strict.analyst.user.authenticator_set.all().delete()
    assert client.get("/rocket/agent/")["Location"] == SET_UP


def test_an_agent_who_becomes_admin_is_asked_at_once(in_rocket: Cast, client_of, settings) -> None:
    settings.ADMIN_TWO_FACTOR = True
    client = client_of(in_rocket.analyst)
    assert client.get("/rocket/agent/").status_code == 200
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(role="admin")
    assert client.get("/rocket/agent/")["Location"] == SET_UP


def test_a_passkey_is_asked_for_where_it_is_all_a_user_has(strict: Cast, client_of) -> None:
    Authenticator.objects.create(user=strict.admin.user, type="webauthn", data={"name": "Key"})
    answer = client_of(strict.admin).get(USE)
    assert (answer.status_code, answer["Location"]) == (302, "/rocket/login/passkeys/again/")


def test_a_passkey_is_offered_beside_the_app(strict: Cast, client_of) -> None:
    give_app(strict.admin.user)
    Authenticator.objects.create(user=strict.admin.user, type="webauthn", data={"name": "Key"})
    answer = client_of(strict.admin).get(USE)
    assert answer.status_code == 200
    assert ">Use a passkey</a>" in answer.content.decode()
