"""No spelling of an address reaches our own network in production."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.logins.sealing import UnsealError, seal, unseal
from accounts.models import Desk
from accounts.network import client
from accounts.network.addresses import get_url_error
from accounts.network.client import GuardedSession
from accounts.network.errors import ForbiddenAddressError, UnreachableError

SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001",
    "0177.0.0.1", "0.0.0.0", "0", "localhost", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]",
    "224.0.0.1", "255.255.255.255", "[ff02::1]", "192.0.2.1", "198.18.0.1",
]  # fmt: skip


class Listener(BaseHTTPRequestHandler):
    hits: list[str] = []

    def do_GET(self) -> None:
        self.hits.append(self.path)
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/other")
        else:
            self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Listener.hits = []
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_a_private_address_is_connected_to(
    spelling: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODE = "production"
    monkeypatch.setattr(client, "create_connection", lambda *_, **__: pytest.fail("connected"))
    with (
        GuardedSession([spelling.strip("[]")]) as out,
        pytest.raises((ForbiddenAddressError, UnreachableError)),
    ):
        out.request("GET", f"https://{spelling}/")


def test_a_name_that_points_inside_is_refused_even_when_it_changes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODE = "production"
    answers = iter(["1.1.1.1", "127.0.0.1"])
    connected: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("not in a test")

    monkeypatch.setattr(client.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(client, "create_connection", connect)
    with GuardedSession(["crm.example"]) as out:
        with pytest.raises(UnreachableError):
            out.request("GET", "https://crm.example/")
        with pytest.raises(ForbiddenAddressError):
            out.request("GET", "https://crm.example/")
    assert connected == ["1.1.1.1"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://crm.example/", "https"),
        ("https://crm.example:8443/", "https"),
        ("https://crm.example.evil.example/", "not an allowed"),
        ("https://crm.example@evil.example/", "user name"),
        ("https://user:word@crm.example/", "user name"),
        ("ftp://crm.example/", "isn't a URL"),
        ("//crm.example/", "isn't a URL"),
        ("https://crm.example:99999/", "not a URL"),
    ],
)
def test_other_hosts_ports_and_schemes_are_refused(url: str, why: str, settings: Settings) -> None:
    settings.MODE = "production"
    assert why in (get_url_error(url, {"crm.example"}) or "")
    assert get_url_error("https://crm.example/x", {"crm.example"}) is None


def test_a_redirect_is_not_followed(listener: int) -> None:
    with GuardedSession(["127.0.0.1"]) as out:
        assert out.request("GET", f"http://127.0.0.1:{listener}/away").status == 302
    assert Listener.hits == ["/away"]


def test_an_answer_without_end_is_cut(listener: int) -> None:
    with GuardedSession(["127.0.0.1"]) as out, pytest.raises(UnreachableError, match="large"):
        out.request("GET", f"http://127.0.0.1:{listener}/", max_bytes=1)


def test_a_sealed_secret_is_unreadable_and_opens_with_its_key_only(settings: Settings) -> None:
    sealed = seal("refresh-token")
    assert "refresh" not in sealed
    assert unseal(sealed) == "refresh-token"
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-" + "x" * 50
    with pytest.raises(UnsealError):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == "refresh-token"


@pytest.mark.parametrize(
    "beginning", [b"", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["its head", "its body"]
)
def test_an_answer_that_drips_is_cut_off(beginning: bytes) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        GuardedSession(["127.0.0.1"], seconds=0.3) as out,
    ):
        gave_up = threading.Event()
        dripping = threading.Thread(target=drip, args=(server, beginning, gave_up), daemon=True)
        dripping.start()
        with pytest.raises(UnreachableError, match="longer than"):
            out.request("GET", f"http://127.0.0.1:{server.getsockname()[1]}/")
        dripping.join()
    assert gave_up.is_set(), "the server could send all of its bytes"


DRIPS = 2_000


def drip(server: socket.socket, beginning: bytes, gave_up: threading.Event) -> None:
    """Send a few bytes, one at a time, until the client hangs up."""
    accepted, _ = server.accept()
    never = threading.Event()
    with accepted:
        try:
            accepted.sendall(beginning)
            for _ in range(DRIPS):
                never.wait(0.02)
                accepted.sendall(b"X")
        except OSError:
            gave_up.set()


def test_no_connection_of_the_database_is_held_meanwhile(
    listener: int, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk.objects.exists()
    held = []
    find = client.resolve_public_addresses

    def look(host: str, port: int) -> list[str]:
        held.append(connection.connection)
        return find(host, port)

    monkeypatch.setattr(client, "resolve_public_addresses", look)
    with GuardedSession(["127.0.0.1"]) as out:
        out.request("GET", f"http://127.0.0.1:{listener}/")
    assert held == [None]


@pytest.mark.parametrize("host", ["scontent.xx.fbcdn.net", "a.fbcdn.net"])
def test_a_host_with_a_leading_dot_allows_every_name_below_it(host: str) -> None:
    assert get_url_error(f"https://{host}/file", {".fbcdn.net"}) is None


@pytest.mark.parametrize("host", ["fbcdn.net", "evilfbcdn.net", "fbcdn.net.example", "127.0.0.1"])
def test_a_host_with_a_leading_dot_allows_no_other_name(host: str) -> None:
    assert (
        get_url_error(f"https://{host}/file", {".fbcdn.net"}) == f"{host} is not an allowed host."
    )
