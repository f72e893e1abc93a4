"""Requests through the operator's proxy, with the same guard: it gets checked addresses only."""

from __future__ import annotations

import base64
import select
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.network import addresses
from accounts.network.client import GuardedSession
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from helpdesk.environment.outgoing import parse_proxy
from tests.accounts.test_internal_systems import HOST, certificate, fetch, port
from tests.accounts.test_outgoing import Listener

PUBLIC, PUBLIC_6 = "1.1.1.1", "2606:4700:4700::1111"
WHERE = {"crm.example": PUBLIC, "six.example": PUBLIC_6, "inside.example": "10.0.0.1"}
PASSWORD = "a:b%@ü"

__all__ = ["certificate", "port"]  # fixtures


class Proxy(ThreadingHTTPServer):
    """Connects as it is asked to, but to one port of this machine. Keeps what it was asked."""

    daemon_threads = True

    def __init__(self, target: int) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.target, self.asked = target, list[str]()
        self.status, self.is_silent = 200, False


class Tunnel(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.server.asked.append(self.path)
        expected = base64.b64encode(f"plumbline:{PASSWORD}".encode()).decode()
        if self.headers.get("Proxy-Authorization") != f"Basic {expected}":
            self.send_error(407)
            return
        if self.server.is_silent:
            return
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        with socket.create_connection(("127.0.0.1", self.server.target)) as target:
            self.send_response(200, "Connection established")
            self.end_headers()
            pass_on(self.connection, target)

    def do_GET(self) -> None:
        self.server.asked.append(f"GET {self.path}")  # not a tunnel: it could be read
        self.send_error(405)

    def log_message(self, *args: object) -> None:
        """Stay silent."""


def pass_on(one: socket.socket, other: socket.socket) -> None:
    both = {one: other, other: one}
    while True:
        for readable in select.select(list(both), [], [])[0]:
            data = readable.recv(65_536)
            if not data:
                return
            both[readable].sendall(data)


@pytest.fixture
def proxy(port: int, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy that asks for a password, in production, before a system over HTTPS."""

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[tuple]:
        family = socket.AF_INET6 if ":" in WHERE.get(host, "") else socket.AF_INET
        where = WHERE.get(host, "127.0.0.1")
        return [(family, socket.SOCK_STREAM, 6, "", (where, port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)
    with Proxy(port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://plumbline:a%3Ab%25%40%C3%BC@127.0.0.1:{server.server_port}"
        settings.PROXY = parse_proxy(url)
        yield server
        server.shutdown()


def ask(url: str, *, trusting: Path | None = None) -> int:
    host = url.partition("//")[2].partition("/")[0]
    with GuardedSession([host]) as out:
        out.session.verify = str(trusting) if trusting else True
        return out.request("GET", url).status


def test_a_public_host_is_reached_through_the_proxy_by_its_checked_address(
    proxy: Proxy, certificate: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With TLS to the host itself: its certificate is for another name, which must be noticed."""
    with pytest.raises(UnreachableError, match="SSLError"):
        ask("https://crm.example/", trusting=certificate)
    monkeypatch.setitem(WHERE, HOST, PUBLIC)
    assert ask(f"https://{HOST}/", trusting=certificate) == 200
    with pytest.raises(UnreachableError, match="SSLError"):
        ask("https://six.example/", trusting=certificate)
    assert proxy.asked == [f"{PUBLIC}:443", f"{PUBLIC}:443", f"[{PUBLIC_6}]:443"]
    assert Listener.hits == ["/"]


def test_the_proxy_is_not_asked_for_what_the_guard_refuses(proxy: Proxy) -> None:
    for url in (
        "https://inside.example/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://crm.example:3128/",
        "http://crm.example/",
        f"https://{proxy.server_address[0]}:{proxy.server_port}/",
    ):
        host = url.partition("//")[2].partition("/")[0].partition(":")[0]
        with GuardedSession([host]) as out, pytest.raises(ForbiddenAddressError):
            out.request("GET", url)
    assert proxy.asked == []


def test_listed_hosts_are_reached_without_it(
    proxy: Proxy, port: int, certificate: Path, settings: Settings
) -> None:
    settings.INTERNAL_HOSTS = frozenset({(HOST, port)})
    settings.OUTGOING_CA = str(certificate)
    assert fetch(HOST, port) == 200
    assert (proxy.asked, Listener.hits) == ([], ["/"])


def test_a_proxy_that_refuses_hangs_up_or_is_down_is_named(
    proxy: Proxy, settings: Settings
) -> None:
    proxy.status = 403
    with pytest.raises(
        UnreachableError, match=r"proxy refused to connect to crm\.example \(status 403"
    ):
        ask("https://crm.example/")
    proxy.is_silent = True
    with pytest.raises(UnreachableError, match=r"crm\.example did not respond"):
        ask("https://crm.example/")
    settings.PROXY = parse_proxy(f"http://127.0.0.1:{proxy.server_port}")  # no password
    with pytest.raises(UnreachableError, match="status 407"):
        ask("https://crm.example/")
    settings.PROXY = parse_proxy("http://127.0.0.1:9")
    with pytest.raises(UnreachableError, match="outgoing proxy did not respond"):
        ask("https://crm.example/")
    assert Listener.hits == []


def test_a_proxy_that_never_answers_is_given_up(proxy: Proxy, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.PROXY = parse_proxy(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with (
            GuardedSession(["crm.example"], seconds=0.2) as out,
            pytest.raises(UnreachableError),
        ):
            out.request("GET", "https://crm.example/")
