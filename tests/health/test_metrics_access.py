"""/metrics is for those who know the token, who are in a network, or both; behind no proxy."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from helpdesk.environment.networks import parse_networks
from helpdesk.metrics import application
from helpdesk.metrics.application import Metrics

TOKEN = "a-token-of-the-tests-only"
WITH_TOKEN = (b"authorization", f"Bearer {TOKEN}".encode())


@pytest.fixture(autouse=True)
def few_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "write_figures", lambda: b"figures")


async def _pass_on(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404})


def scrape(client: tuple[str, int] | None, *headers: tuple[bytes, bytes]) -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/metrics", "client": client, "headers": list(headers)}
    asyncio.run(Metrics(_pass_on)(scope, None, send))  # type: ignore[arg-type]
    return int(sent[0]["status"])


def test_a_network_is_enough_without_a_token(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    settings.METRICS_NETWORKS = parse_networks(["10.1.2.3", "10.2.0.0/16", "fd00::/8"])
    for inside in ("10.1.2.3", "10.2.255.1", "::ffff:10.2.0.9", "fd12::1"):
        assert scrape((inside, 5)) == 200, inside
    for outside in ("10.1.2.4", "10.3.0.1", "::ffff:10.3.0.1", "fe80::1", "not an address"):
        assert scrape((outside, 5), WITH_TOKEN) == 403, outside
    assert scrape(None) == 403


def test_a_proxy_in_the_network_lets_no_one_in(settings: Any) -> None:
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", parse_networks(["10.0.0.0/8"])
    for name in (b"X-Forwarded-For", b"x-real-ip", b"Forwarded", b"via"):
        assert scrape(("10.1.2.3", 5), (name, b"10.9.9.9")) == 403


def test_with_both_settings_both_are_needed(settings: Any) -> None:
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = TOKEN, parse_networks(["10.0.0.0/8"])
    assert scrape(("10.1.2.3", 5)) == 401
    assert scrape(("192.0.2.1", 5), WITH_TOKEN) == 403
    assert scrape(("10.1.2.3", 5), WITH_TOKEN) == 200


def test_without_either_there_is_no_such_page(settings: Any) -> None:
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", ()
    assert scrape(("127.0.0.1", 5), WITH_TOKEN) == 404
