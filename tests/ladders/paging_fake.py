"""Fakes of PagerDuty, Jira Service Management and a webhook receiver over real HTTP.

They refuse what the vendors refuse: unknown paths, wrong keys, unknown actions, missing or too long
fields, wrong signatures and stale timestamps. Alerts are known by their key, as at the vendors.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROUTING_KEY = "R0UT1NGKEY0123456789abcdef012345"
GENIE_KEY = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SECRET = "whsec_" + base64.b64encode(b"a signing secret of 32 bytes....").decode()
JSM = "/jsm/ops/integration/v2/alerts"
SEVERITIES = {"critical", "error", "warning", "info"}
Answer = tuple[int, dict[str, str], dict[str, Any]]


@dataclass
class PagingFake:
    """What arrived: alerts by key with their state, and every accepted action in order."""

    url: str = ""
    alerts: dict[str, str] = field(default_factory=dict)
    actions: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    next_answers: deque[Answer] = field(default_factory=deque)
    message_ids: list[str] = field(default_factory=list)
    now: int = 0  # the receiver's clock, for timestamps of webhooks; 0 accepts all

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.next_answers:
            return self.next_answers.popleft()
        try:
            given = json.loads(body)
        except ValueError:
            return 400, {}, {"message": "not JSON"}
        self.bodies.append(given)
        route = urlsplit(path)
        if route.path == "/v2/enqueue":
            return self.enqueue(given)
        if route.path == "/hook":
            return self.receive(given, headers, body)
        if route.path.startswith(JSM):
            return self.handle_jsm(route.path, parse_qs(route.query), given, headers)
        return 404, {}, {"message": "unknown path"}

    def enqueue(self, given: dict[str, Any]) -> Answer:
        act, payload = given.get("event_action"), given.get("payload", {})
        errors = []
        if given.get("routing_key") != ROUTING_KEY:
            errors.append("'routing_key' is invalid")
        if act not in {"trigger", "acknowledge", "resolve"}:
            errors.append("'event_action' is invalid")
        if not 0 < len(given.get("dedup_key", "")) <= 255:
            errors.append("'dedup_key' is missing")
        if act == "trigger":
            if not 0 < len(payload.get("summary", "")) <= 1024 or not payload.get("source"):
                errors.append("'payload.summary' or 'payload.source' is missing")
            if payload.get("severity") not in SEVERITIES:
                errors.append("'payload.severity' is invalid")
        if errors:
            body = {"status": "invalid event", "message": "Event object is invalid"}
            return 400, {}, body | {"errors": errors}
        self.note(given["dedup_key"], act)
        return 202, {}, {"status": "success", "dedup_key": given["dedup_key"]}

    def handle_jsm(
        self, path: str, query: dict[str, list[str]], given: dict[str, Any], headers: dict[str, str]
    ) -> Answer:
        if headers.get("authorization") != f"GenieKey {GENIE_KEY}":
            return 403, {}, {"message": "Key format is not valid!"}
        accepted = 202, {}, {"result": "Request will be processed", "requestId": "1"}
        if path == JSM:
            message, priority = given.get("message", ""), given.get("priority", "P3")
            if not 0 < len(message) <= 130 or priority not in {"P1", "P2", "P3", "P4", "P5"}:
                return 422, {}, {"message": "Request body is not processable"}
            self.note(given["alias"], "trigger")
            return accepted
        key, _, verb = unquote(path.removeprefix(f"{JSM}/")).rpartition("/")
        if query.get("identifierType") != ["alias"] or verb not in {"acknowledge", "close"}:
            return 404, {}, {"message": "Alert does not exist"}
        self.note(key, "resolve" if verb == "close" else verb)
        return accepted

    def receive(self, given: dict[str, Any], headers: dict[str, str], body: bytes) -> Answer:
        message_id, sent_at = headers["webhook-id"], headers["webhook-timestamp"]
        signed = f"{message_id}.{sent_at}.".encode() + body
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        if headers["webhook-signature"] != f"v1,{base64.b64encode(digest).decode()}":
            return 401, {}, {"error": "signature"}
        if self.now and abs(self.now - int(sent_at)) > 300:
            return 401, {}, {"error": "timestamp"}
        if message_id not in self.message_ids:
            self.message_ids.append(message_id)
            self.note(given["data"]["key"], given["type"].removeprefix("ladder."))
        return 204, {}, {}

    def note(self, key: str, act: str) -> None:
        self.alerts[key] = act
        self.actions.append((key, act))


@contextmanager
def serve_paging() -> Iterator[PagingFake]:
    """Serve the fakes on a free port."""
    fake = PagingFake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra, answer = fake.answer(self.path, headers, body)
            content = json.dumps(answer).encode() if answer else b""
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
