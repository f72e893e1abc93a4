"""A provider that is down is reported as down; an invalid response is rejected as before."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import IdentityProvider
from helpdesk.login.sso import openid
from tests.login.openid_desk import go_there, place_of
from tests.login.openid_fake import Handler, OpenIdFake
from tests.login.test_two_factor_sign_in import is_out


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def says_down(answer: HttpResponse) -> bool:
    text = " ".join(answer.content.decode().split())
    sentence = "</bdi>'s sign-in service isn't responding. Try again in a few minutes or use your"
    return answer.status_code == 503 and sentence in text and 0 < int(answer["Retry-After"]) < 600


def test_a_provider_that_cannot_be_reached_is_down(
    provider: IdentityProvider, client: Client
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    IdentityProvider.objects.update(server_url=f"http://127.0.0.1:{closed}")
    answer = client.post(place_of(provider))
    assert says_down(answer)
    assert 'href="/rocket/login/?next=%2Frocket%2Fagent%2F"' in answer.content.decode()


def test_a_provider_that_is_silent_is_down(
    provider: IdentityProvider, client: Client, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "TIMEOUT_SECONDS", 0.2)
    IdentityProvider.objects.update(server_url=f"http://127.0.0.1:{silent_port}")
    assert says_down(client.post(place_of(provider)))


@pytest.mark.parametrize(
    ("status", "is_down"), [(500, True), (502, True), (503, True), (404, False)]
)
def test_an_error_of_the_provider_is_down_and_a_wrong_url_is_not(
    provider: IdentityProvider,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    is_down: bool,
) -> None:
    monkeypatch.setattr(
        Handler, "do_GET", lambda self: self.say(status, "text/html", "<h1>Oh</h1>")
    )
    answer = client.post(place_of(provider))
    assert says_down(answer) == is_down
    assert answer.status_code == (503 if is_down else 403)


def test_a_provider_that_goes_down_on_the_way_is_down(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = idp.visit(go_there(client, provider))
    monkeypatch.setattr(Handler, "do_POST", lambda self: self.say(503, "text/plain", "later"))
    assert says_down(client.get(place_of(provider) + "callback/", back))
    assert is_out(client)


@pytest.mark.parametrize("body", ["<html>", "[]", "[" * 100_000, "null", ""])
def test_a_response_that_is_not_a_configuration_is_refused(
    provider: IdentityProvider, client: Client, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(Handler, "do_GET", lambda self: self.say(200, "text/html", body))
    assert client.post(place_of(provider)).status_code == 403


@pytest.mark.parametrize("url", ["https://[::1", "http://[x]/"])
def test_an_endpoint_that_is_not_a_url_is_refused(
    provider: IdentityProvider, idp: OpenIdFake, client: Client, url: str
) -> None:
    idp.more_configuration["token_endpoint"] = url
    back = idp.visit(go_there(client, provider))
    assert client.get(place_of(provider) + "callback/", back).status_code == 403


@pytest.mark.parametrize("keys", [None, "x", {}, ["x"], [None]])
def test_a_key_set_that_is_not_a_list_of_keys_is_refused(
    provider: IdentityProvider,
    idp: OpenIdFake,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    keys: object,
) -> None:
    back = idp.visit(go_there(client, provider))
    monkeypatch.setattr(OpenIdFake, "keys", lambda self: {"keys": keys})
    assert client.get(place_of(provider) + "callback/", back).status_code == 403
