"""Serving of fakes: each at /<name>/ of one port, with /<name>/_play/<action> to act at it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from helpdesk.demo.vendors.contract import Call, FakeVendor, Reply

PLAY = "/_play/"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fakes: dict[str, FakeVendor]

    def _handle(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        parts = urlsplit(self.path)
        name, _slash, rest = parts.path.lstrip("/").partition("/")
        fake, path = self.fakes.get(name), f"/{rest}"
        if fake is None:
            self._send(Reply(404, {"error": "no such vendor"}))
            return
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        call = Call(self.command, path, query, dict(self.headers.items()), body)
        if path.startswith(PLAY):
            self._send(_play(fake, path.removeprefix(PLAY), call))
        elif fake.is_down:
            self._hang_up()
        else:
            reply = fake.respond(call)
            if fake.loses_answers:
                self._hang_up()
            else:
                self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def _hang_up(self) -> None:
        """Close the connection without a response."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, reply: Reply) -> None:
        is_raw = isinstance(reply.content, bytes)
        body = reply.content if is_raw else json.dumps(reply.content).encode()
        headers = {"Content-Type": "application/json", **reply.headers}
        self.send_response(reply.status)
        for header, value in headers.items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: the fakes keep a log of their own."""


def _play(fake: FakeVendor, action: str, call: Call) -> Reply:
    if action == "log":
        return Reply(200, [asdict(line) for line in list(fake.log)])
    return Reply(200, fake.play(action, call.json() or {}))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: answers are lost on purpose."""


def make_server(fakes: Mapping[str, FakeVendor], *, port: int = 0) -> ThreadingHTTPServer:
    """Return a server of these fakes, by prefix, on this machine; port 0 takes a free one."""
    server = _Server(("127.0.0.1", port), type("Bound", (_Handler,), {"fakes": dict(fakes)}))
    for prefix, fake in fakes.items():
        fake.url = f"http://127.0.0.1:{server.server_port}/{prefix}"
    return server


@contextmanager
def serve(*fakes: FakeVendor) -> Iterator[None]:
    """Let fakes listen on this machine until the block ends."""
    server = make_server({fake.name: fake for fake in fakes})
    listen = {"poll_interval": 0.02}
    threading.Thread(target=server.serve_forever, kwargs=listen, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
