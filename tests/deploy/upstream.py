"""A stand-in for Plumbline's web process behind a proxy, and the client in front of it."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "help.example.com"
SECONDS = 20  # until a proxy that does not answer fails the test; much less is usual


class Upstream(ThreadingHTTPServer):
    """Answers what arrived as JSON. A stream waits after its first line until it is released."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.paths: list[str] = []
        self.ended: list[str] = []  # streams
        self.released = threading.Event()


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        if self.path.endswith("/stream/"):
            self.answer_stream()
            return
        body = json.dumps(self.headers.items()).encode().ljust(2000)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        if self.path.startswith("/static/"):
            self.send_header("Cache-Control", "max-age=315360000, public, immutable")
        self.end_headers()
        self.wfile.write(body)

    def answer_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.server.released.wait(SECONDS)
        self.server.ended.append(self.path)
        self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:
        """Stay silent."""


@contextmanager
def serve_upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        try:
            yield upstream
        finally:
            upstream.released.set()
            upstream.shutdown()


def connect(port: int, host: str = HOST) -> HTTPConnection:
    """Return a TLS connection to a proxy on this machine that asks for the given host name."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = HTTPConnection(HOST, port, timeout=SECONDS)
    plain = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    connection.sock = context.wrap_socket(plain, server_hostname=host)
    return connection


def get(port: int, path: str, headers: dict[str, str] | None = None) -> HTTPResponse:
    connection = connect(port)
    connection.request("GET", path, headers={"Host": HOST} | (headers or {}))
    return connection.getresponse()


def read_arrived(response: HTTPResponse) -> dict[str, list[str]]:
    """Return the headers that reached the upstream, by lower-case name."""
    arrived: dict[str, list[str]] = {}
    for name, value in json.loads(response.read()):
        arrived.setdefault(name.lower(), []).append(value)
    return arrived


def write_certificate(folder: Path) -> None:
    """Write a self-signed certificate: fullchain.pem and privkey.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1))
    certificate = builder.not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def run(*command: str, env: dict[str, str] | None = None) -> str:
    """Return what a program printed. It must succeed."""
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=3 * SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
