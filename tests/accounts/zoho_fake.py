"""A fake Zoho CRM over real HTTP that checks requests against Zoho's documentation (API version 8).

It knows two modules, gives at most 200 records a page and 100 by id, binds a page token to the
parameters it was given for, lets access tokens expire, limits requests and tokens, and answers 204
and 304. It keeps what it was asked in `asked`.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT = {
    "client_id": "1000.CLIENT",
    "client_secret": "client-secret",
    "refresh_token": "1000.refresh",
}
FIELDS = {
    "Accounts": {
        "id",
        "Account_Name",
        "Website",
        "Account_Type",
        "Owner",
        "Support_Plan",
        "Products_Owned",
        "Billing_Country",
        "Territory",
        "Release_Line",
    },
    "Contacts": {"id", "Email", "First_Name", "Last_Name", "Account_Name"},
}
SORTABLE = {"id", "Created_Time", "Modified_Time"}
KNOWN = {"fields", "ids", "per_page", "page", "page_token", "sort_by", "sort_order"}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class ZohoFake:
    """The records, and knobs that make the next requests go wrong."""

    records: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {"Accounts": {}, "Contacts": {}}
    )
    modified: dict[str, datetime] = field(default_factory=dict)
    good_tokens: set[str] = field(default_factory=set)
    page_tokens: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    next_answers: deque[tuple[int, dict[str, str], dict[str, Any]]] = field(default_factory=deque)
    granted: int = 0
    most_tokens: int = 10
    api_domain: str = ""
    url: str = ""

    def put(self, module: str, record_id: int | str, at: datetime = LONG_AGO, **fields: Any) -> str:
        """Create or change a record."""
        key = str(record_id)
        record = self.records[module].setdefault(key, {"id": key})
        record.update(fields)
        self.modified[f"{module} {key}"] = at
        return key

    def delete(self, module: str, record_id: str) -> None:
        del self.records[module][record_id]

    def expire_tokens(self) -> None:
        self.good_tokens.clear()

    def lose_pages(self) -> None:
        self.page_tokens.clear()

    def answer_next(self, status: int, headers: dict[str, str] | None = None, **body: Any) -> None:
        """Let the next request for records fail in this way."""
        self.next_answers.append((status, headers or {}, body))

    def grant(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form.get("grant_type") != "refresh_token":
            return 200, {"error": "unsupported_grant_type"}
        if (
            form.get("client_id") != CLIENT["client_id"]
            or form.get("client_secret") != CLIENT["client_secret"]
        ):
            return 200, {"error": "invalid_client"}
        if form.get("refresh_token") != CLIENT["refresh_token"]:
            return 200, {"error": "invalid_code"}
        if self.granted >= self.most_tokens:
            return 400, {
                "error_description": "too many requests",
                "error": "Access Denied",
                "status": "failure",
            }
        self.granted += 1
        token = f"1000.access.{self.granted}"
        self.good_tokens.add(token)
        return 200, {
            "access_token": token,
            "api_domain": self.api_domain or self.url,
            "token_type": "Bearer",
            "expires_in": 3600,
        }

    def list(self, module: str, query: dict[str, str], since: str) -> tuple[int, dict[str, Any]]:
        """GET /{module}."""
        if problem := self._refuse(module, query):
            return problem
        found = [self.records[module][key] for key in sorted(self.records[module], key=int)]
        if "ids" in query:
            wanted = set(query["ids"].split(","))
            return self._answer(module, query, [r for r in found if r["id"] in wanted], 0, "")
        if since:
            moment = datetime.fromisoformat(since)
            found = [r for r in found if self.modified[f"{module} {r['id']}"] >= moment]
            if not found:
                return 304, {}
        bound = json.dumps([module, {k: v for k, v in query.items() if k != "page_token"}, since])
        start = 0
        if "page_token" in query:
            token = self.page_tokens.get(query["page_token"])
            if token is None or token[1] != bound:
                return 400, error(
                    "TOKEN_BOUND_DATA_MISMATCH", "page_token", "The page_token given seems invalid"
                )
            start = token[2]
        return self._answer(module, query, found, start, bound)

    def _refuse(self, module: str, query: dict[str, str]) -> tuple[int, dict[str, Any]] | None:
        if module not in FIELDS:
            return 400, error("INVALID_MODULE", "", "the module name given seems to be invalid")
        if unknown := set(query) - KNOWN:
            return 400, error("INVALID_DATA", unknown.pop(), "invalid data")
        if not query.get("fields"):
            return 400, error("REQUIRED_PARAM_MISSING", "fields", "required param is missing")
        names = query["fields"].split(",")
        if len(names) > 50:
            return 400, error("LIMIT_EXCEEDED", "fields", "limit exceeded")
        if set(names) - FIELDS[module]:
            return 400, error("INVALID_DATA", "fields", "invalid data")
        per_page = query.get("per_page", "200")
        if not per_page.isdecimal() or not 1 <= int(per_page) <= 200:
            return 400, error("INVALID_DATA", "per_page", "invalid data")
        if query.get("sort_by", "id") not in SORTABLE or query.get("sort_order", "desc") not in {
            "asc",
            "desc",
        }:
            return 400, error("INVALID_DATA", "sort_by", "invalid data")
        if len(query.get("ids", "").split(",")) > 100:
            return 400, error("LIMIT_EXCEEDED", "ids", "limit exceeded")
        return None

    def _answer(
        self,
        module: str,
        query: dict[str, str],
        found: list[dict[str, Any]],
        start: int,
        bound: str,
    ) -> tuple[int, dict[str, Any]]:
        per_page = int(query.get("per_page", "200"))
        page = found[start : start + per_page]
        if not page:
            return 204, {}
        names = {"id", *query["fields"].split(",")}
        token = None
        if start + per_page < len(found):
            token = f"page-{len(self.page_tokens)}-{module}"
            self.page_tokens[token] = (module, bound, start + per_page)
        info = {
            "per_page": per_page,
            "count": len(page),
            "page": start // per_page + 1,
            "sort_by": query.get("sort_by", "id"),
            "sort_order": query.get("sort_order", "desc"),
            "more_records": token is not None,
            "next_page_token": token,
            "previous_page_token": None,
            "page_token_expiry": (datetime.now(UTC) + timedelta(days=1)).isoformat()
            if token
            else None,
        }
        return 200, {
            "data": [{k: v for k, v in r.items() if k in names} for r in page],
            "info": info,
        }

    def watch(self, method: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """POST and PUT /actions/watch."""
        results = []
        for channel in body["watch"]:
            expiry = datetime.fromisoformat(channel["channel_expiry"])
            known = channel["channel_id"] in self.channels
            if (
                len(channel["token"]) > 50
                or not channel["channel_id"].isdecimal()
                or known != (method == "PUT")
            ):
                results.append(error("INVALID_DATA", "channel_id", "invalid data"))
                continue
            self.channels[channel["channel_id"]] = {**channel, "expiry": expiry}
            results.append(
                {"code": "SUCCESS", "details": {"events": []}, "message": "ok", "status": "success"}
            )
        return (201 if method == "POST" else 200), {"watch": results}


def error(code: str, param: str, message: str) -> dict[str, Any]:
    """An error as the vendor words it."""
    details = {"param_name": param} if param else {}
    return {"code": code, "details": details, "message": message, "status": "error"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: ZohoFake

    def do_GET(self) -> None:
        self.answer_api("GET", b"")

    def do_PUT(self) -> None:
        self.answer_api("PUT", self.body())

    def do_POST(self) -> None:
        body = self.body()
        if urlsplit(self.path).path == "/oauth/v2/token":
            self.fake.asked.append("token")
            form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
            self.send(*self.fake.grant(form))
        else:
            self.answer_api("POST", body)

    def answer_api(self, method: str, body: bytes) -> None:
        fake, parts = self.fake, urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        fake.asked.append(
            f"{method} {parts.path} {query.get('ids') or query.get('page_token') or ''}".strip()
        )
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Zoho-oauthtoken" or token not in fake.good_tokens:
            self.send(401, error("INVALID_TOKEN", "", "invalid oauth token"))
        elif fake.next_answers:
            status, headers, content = fake.next_answers.popleft()
            self.send(status, content, headers)
        elif parts.path == "/crm/v8/actions/watch":
            self.send(*fake.watch(method, json.loads(body)))
        elif method == "GET" and parts.path.startswith("/crm/v8/"):
            module = parts.path.removeprefix("/crm/v8/")
            self.send(*fake.list(module, query, self.headers.get("If-Modified-Since", "")))
        else:
            self.send(
                404, error("INVALID_URL_PATTERN", "", "Please check if the URL is a correct one")
            )

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send(
        self, status: int, content: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        body = b"" if status in {204, 304} else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(
            sys.exception(), ConnectionError
        ):  # a client that was killed says nothing more
            super().handle_error(request, client_address)


@contextmanager
def serve_zoho() -> Iterator[ZohoFake]:
    """A fake that listens on this machine until the block ends."""
    fake = ZohoFake()
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": fake}))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
