"""A receiver of webhooks over real HTTP, which checks signatures as docs/webhooks.md shows it.

By default it accepts what is signed. ``answers`` replaces the next responses, ``always`` all.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handle = Callable[["Handler"], None]


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Return True if any of the signatures is that of the secret."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in headers["webhook-signature"].split()


@dataclass
class Receiver:
    """What arrived, in order: bodies and headers of accepted requests, and the count of all."""

    url: str = ""
    secret: str = ""
    answers: deque[Handle] = field(default_factory=deque)
    always: Handle | None = None
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    requests: int = 0

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers in self.headers]

    @property
    def kinds(self) -> list[str]:
        return [body["type"] for body in self.bodies]


class Handler(BaseHTTPRequestHandler):
    receiver: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.given = self.rfile.read(int(self.headers["Content-Length"]))
        self.receiver.requests += 1
        if self.receiver.answers:
            self.receiver.answers.popleft()(self)
        elif self.receiver.always:
            self.receiver.always(self)
        else:
            self.accept()

    def accept(self, status: int = 204) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.receiver.secret and not is_signed(self.receiver.secret, headers, self.given):
            return self.respond(401, b"wrong signature")
        self.receiver.bodies.append(json.loads(self.given))
        self.receiver.headers.append(headers)
        self.respond(status)

    def respond(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def status(code: int, content: bytes = b"", **headers: str) -> Handle:
    """Respond with a status and store nothing."""
    return lambda handler: handler.respond(code, content, **headers)


def hang_up(handler: Handler) -> None:
    """Close the connection without a response."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: connections are cut on purpose."""


@contextmanager
def serve_receiver() -> Iterator[Receiver]:
    """Serve a receiver on a free port."""
    receiver = Receiver()
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"receiver": receiver}))
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
