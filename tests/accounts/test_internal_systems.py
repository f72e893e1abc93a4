"""Internal systems: the operator lists hosts and ports, and their authorities; no others open."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django.fixtures import Settings

from accounts.network import addresses, client
from accounts.network.addresses import get_destination_error
from accounts.network.client import GuardedSession
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from helpdesk.environment.outgoing import list_outgoing_problems, parse_hosts
from tests.accounts.test_outgoing import Listener

HOST = "crm.internal"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a certificate of nobody's authority, for two hosts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Internal")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(HOST), x509.DNSName("other.internal")]
    names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))  # type: ignore[arg-type]
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("authority") / "internal.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def port(certificate: Path, settings: Settings) -> Iterator[int]:
    """An internal system over HTTPS, in production."""
    settings.MODE = "production"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Listener.hits = []
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)


def allow(settings: Settings, certificate: Path | None, *hosts: str) -> None:
    settings.INTERNAL_HOSTS = parse_hosts(hosts)
    settings.OUTGOING_CA = str(certificate or "")


def fetch(host: str, port: int, **options: bool) -> int:
    with GuardedSession([host], **options) as out:
        return out.request("GET", f"https://{host}:{port}/").status


def test_a_listed_host_is_reached_with_its_own_authority(
    port: int, certificate: Path, settings: Settings
) -> None:
    allow(settings, certificate, f"CRM.internal:{port}", f"127.0.0.1:{port}")
    assert get_destination_error(f"https://{HOST}:{port}/") is None
    assert fetch(HOST, port) == fetch("127.0.0.1", port) == 200
    assert len(Listener.hits) == 2


def test_no_other_host_port_or_scheme_is_opened_by_it(
    port: int, certificate: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(settings, certificate, f"{HOST}:{port}")
    monkeypatch.setattr(client, "create_connection", lambda *_, **__: pytest.fail("connected"))
    for url in (
        f"https://{HOST}/",
        f"https://{HOST}:{port + 1}/",
        f"http://{HOST}:{port}/",
        f"https://other.internal:{port}/",
        f"https://127.0.0.1:{port}/",
        f"https://{HOST}.:{port}/",
        f"https://a.{HOST}:{port}/",
        "https://other.internal/",
    ):
        host = url.partition("//")[2].partition("/")[0].rpartition(":")[0] or HOST
        assert get_destination_error(url), url
        with (
            GuardedSession([host, HOST, "other.internal"]) as out,
            pytest.raises(ForbiddenAddressError),
        ):
            out.request("GET", url)
    with pytest.raises(ForbiddenAddressError, match="not a public address"):
        fetch(HOST, port, public_only=True)
    assert Listener.hits == []


def test_the_authority_is_trusted_for_listed_hosts_only(
    port: int, certificate: Path, settings: Settings
) -> None:
    allow(settings, None, f"{HOST}:{port}")
    with pytest.raises(UnreachableError):
        fetch(HOST, port)
    settings.MODE = "test"  # reaches any host, but trusts no more authorities
    allow(settings, certificate, f"{HOST}:{port}")
    with pytest.raises(UnreachableError):
        fetch("other.internal", port)
    settings.MODE = "production"
    assert fetch(HOST, port) == 200
    assert Listener.hits == ["/"]


def test_the_settings_are_checked_at_the_start(certificate: Path, tmp_path: Path) -> None:
    good = ["crm.internal", "10.1.2.3:8443", "[fd00::1]:9000", "[fd00::2]"]
    assert list_outgoing_problems(good, str(certificate)) == []
    assert parse_hosts(good) == {
        ("crm.internal", 443),
        ("10.1.2.3", 8443),
        ("fd00::1", 9000),
        ("fd00::2", 443),
    }
    for wrong in (
        "https://a.b",
        "a/b",
        "*",
        ".internal",
        "a:99999",
        "a:0",
        "u@a",
        "10.0.0.0/8",
        "",
    ):
        assert "OUTGOING_ALLOWED_HOSTS must" in "".join(list_outgoing_problems([wrong], ""))
    (tmp_path / "empty.pem").write_text("none")
    for path in (tmp_path / "empty.pem", tmp_path / "missing.pem"):
        assert "OUTGOING_CA must" in "".join(list_outgoing_problems(good, str(path)))
    assert "OUTGOING_ALLOWED_HOSTS is miss" in "".join(list_outgoing_problems([], str(certificate)))
