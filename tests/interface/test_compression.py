"""Compression of pages: on for pages and JSON, off for streams, files and secrets."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


@pytest.fixture
def agent(rocket: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(rocket.analyst.user)


def test_a_page_is_compressed_for_a_browser_that_takes_it(agent: Client) -> None:
    plain = agent.get("/rocket/agent/")
    packed = agent.get("/rocket/agent/", **GZIP)

    assert plain.get("Content-Encoding") is None
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert packed["Content-Length"] == str(len(packed.content))
    assert b"</html>" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 3


def test_json_is_compressed_too(agent: Client) -> None:
    response = agent.get("/rocket/api/v1/schema/?format=json", **GZIP)

    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).startswith(b"{")


def test_two_answers_differ_in_size_so_that_sizes_reveal_little(agent: Client) -> None:
    sizes = {len(agent.get("/rocket/agent/", **GZIP).content) for _ in range(20)}
    assert len(sizes) > 1


@pytest.mark.parametrize(
    "path",
    [
        "/rocket/login/",
        "/rocket/login/password/reset/",
        "/rocket/login/sign-up/",
        "/rocket/login/preferences/",
        "/rocket/login/two-factor/",
        "/rocket/login/two-factor/app/",
    ],
)
def test_no_page_with_a_secret_is_compressed(rocket: Cast, path: str) -> None:
    client = Client()
    if "two-factor" in path or "preferences" in path:
        client.force_login(rocket.analyst.user)
    response = client.get(path, **GZIP)
    assert response.get("Content-Encoding") is None


def test_an_invitation_is_not_compressed(rocket: Cast) -> None:
    response: Any = Client().get("/rocket/invitation/abcdef/", **GZIP)
    assert response.get("Content-Encoding") is None


def test_an_event_stream_is_never_compressed(agent: Client) -> None:
    response = agent.get("/rocket/agent/stream/", **GZIP)

    assert response["Content-Type"].startswith("text/event-stream")
    assert response.get("Content-Encoding") is None
