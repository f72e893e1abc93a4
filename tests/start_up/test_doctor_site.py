"""An expired certificate, DNS that is away and a wrong clock are a sentence each."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from helpdesk.doctor import database, files, mail, queue, site
from helpdesk.environment.mail import SMTP_BACKEND
from tests.start_up.test_doctor import problems_of
from tests.start_up.test_settings import run_manage

NOWHERE = "no-such-host.invalid"  # RFC 6761: never resolves


def write_certificate(path: Path, *, ends: datetime, host: str = "127.0.0.1") -> None:
    """Write a key and a certificate that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=100))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))


class Site:
    """An HTTPS server that responds as this installation does."""

    def __init__(self, certificate: Path) -> None:
        self.skew = timedelta()
        of_site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response_only(200)
                self.send_header(
                    "Date", format_datetime(datetime.now(UTC) + of_site.skew, usegmt=True)
                )
                self.send_header("Content-Length", "6")
                self.end_headers()
                self.wfile.write(b"<svg/>")

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The certificate of the site, which this computer trusts."""
    path = tmp_path / "site.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def run_site(certificate: Path, settings: Any, **skew: float) -> tuple[str, str]:
    """Return the problems, and all texts, of a site with this certificate."""
    running = Site(certificate)
    running.skew = timedelta(**skew)
    settings.SITE_URL = running.url
    try:
        found = list(site.check_site())
    finally:
        running.close()
    return problems_of(found), "\n".join(each.text for each in found)


def test_a_certificate_is_named_with_its_end(certificate: Path, settings: Any) -> None:
    ends = datetime.now(UTC) + timedelta(days=60)
    write_certificate(certificate, ends=ends)
    problems, texts = run_site(certificate, settings)
    assert problems == ""
    assert f"Valid until {ends.date().isoformat()}." in texts


def test_a_certificate_that_ends_soon_is_a_problem(certificate: Path, settings: Any) -> None:
    write_certificate(certificate, ends=datetime.now(UTC) + timedelta(days=3, hours=1))
    problems, _texts = run_site(certificate, settings)
    assert "ends in 3 days. Check why it isn't renewed." in problems


def test_an_expired_certificate_is_said(certificate: Path, settings: Any) -> None:
    write_certificate(certificate, ends=datetime.now(UTC) - timedelta(hours=1))
    problems, _texts = run_site(certificate, settings)
    assert problems.endswith("has expired. Renew it, and reload the proxy.")


def test_a_certificate_for_another_host_is_said(certificate: Path, settings: Any) -> None:
    write_certificate(certificate, ends=datetime.now(UTC) + timedelta(days=60), host="192.0.2.1")
    problems, _texts = run_site(certificate, settings)
    assert "is not valid: IP address mismatch" in problems
    assert "Install one for 127.0.0.1" in problems


def test_a_clock_that_is_off_by_an_hour_is_said(certificate: Path, settings: Any) -> None:
    write_certificate(certificate, ends=datetime.now(UTC) + timedelta(days=60))
    for hours in (1, -1):
        problems, _texts = run_site(certificate, settings, hours=hours)
        assert "differ by 60 minutes" in problems
        assert "set up time synchronization" in problems


def test_a_clock_of_the_database_that_is_off_by_an_hour_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(UTC) - timedelta(hours=1)
    monkeypatch.setattr(database, "_read", lambda *args: (now,))
    found = database._check_clock(None)  # type: ignore[arg-type]
    assert not found.is_ok
    assert "differ by 3600 seconds" in found.text or "differ by 3599 seconds" in found.text


def test_without_dns_each_part_says_so(settings: Any) -> None:
    settings.SITE_URL = f"https://{NOWHERE}"
    assert f"{NOWHERE} has no address" in problems_of(site.check_site())
    settings.REDIS_URL = f"redis://{NOWHERE}:6379/0"
    assert "Check REDIS_URL and the server." in problems_of(queue.check_queue())
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP_BACKEND, NOWHERE
    problems = problems_of(mail.check_mail())
    assert f"{NOWHERE}:{settings.EMAIL_PORT} cannot be used" in problems
    assert problems.endswith("Check EMAIL_URL.")
    done = run_manage("migrate", DATABASE_URL=f"postgresql://a:hush@{NOWHERE}/plumbline")
    assert done.returncode == 1
    assert "Cannot connect to PostgreSQL" in done.stderr
    assert "Check DATABASE_URL and the server." in done.stderr
    assert not {"Traceback", "hush"} & set(done.stderr.split())


def test_a_locale_that_the_operating_system_has_changed_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "_read", lambda *args: ("de_DE.UTF-8", "2.36", "2.41"))
    found = database.check_locale(None)  # type: ignore[arg-type]
    assert not found.is_ok
    assert "(2.36, now 2.41)" in found.text
    assert "REINDEX" in found.text


@pytest.mark.django_db
def test_a_full_temporary_folder_is_said(
    monkeypatch: pytest.MonkeyPatch, settings: Any, small_disk: Any
) -> None:
    settings.DATA_DIR = settings.MEDIA_ROOT = small_disk.folder
    monkeypatch.setattr(files.tempfile, "gettempdir", lambda: str(small_disk.folder))
    small_disk.fill()
    problems = problems_of(files.check_files())
    assert problems.count(f"Only 0 MiB are free in {small_disk.folder}") == 2
    assert "Attachments: " in problems
    assert "No space left on device" in problems
