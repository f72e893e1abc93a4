"""A desk's own system over HTTP that fills customer cards. It refuses what isn't signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "a secret of the desk's own system"


@dataclass
class OwnSystem:
    """What it answers and what it was asked. gate: set to let requests go on."""

    components: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@contextmanager
def serve_system() -> Iterator[OwnSystem]:
    """Serve until the block ends."""
    system = OwnSystem()
    system.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = system.status if _is_signed(dict(self.headers), body) else 401
            if status != 401:
                system.asked.append(json.loads(body))
            system.gate.wait(20)
            answer = system.body or json.dumps({"components": system.components}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    system.url = f"http://127.0.0.1:{server.server_address[1]}/card"
    try:
        yield system
    finally:
        system.gate.set()
        server.shutdown()
        server.server_close()


def _is_signed(headers: dict[str, str], body: bytes) -> bool:
    given = {name.lower(): value for name, value in headers.items()}
    signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    return given["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
