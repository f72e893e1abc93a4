"""A client with a session of its own that times whole responses over one connection."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.models import User

CSRF = "c" * 32
COUNTED = ("Statements", "Round-Trips")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Response:
    status: int
    milliseconds: float
    body: bytes
    statements: int = 0
    round_trips: int = 0


@dataclass
class Page:
    """A page to request. body: sent as JSON; form: as a form. key: its line in GOALS, if any."""

    name: str
    path: str
    cookie: str
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    form: dict[str, str] | None = None
    expected: int = 200
    key: str = ""
    milliseconds: list[float] = field(default_factory=list)
    cpu: float = 0.0  # seconds of one request
    statements: int = 0
    round_trips: int = 0
    size: int = 0

    def encode(self) -> tuple[str | None, dict[str, str]]:
        """Return the body and its headers."""
        if self.body is not None:
            return json.dumps(self.body), {"Content-Type": "application/json"}
        if self.form is not None:
            return urlencode({"csrfmiddlewaretoken": CSRF, **self.form}), {"Content-Type": FORM}
        return None, {}


def sign_in(user: User) -> str:
    """Return the cookies of a signed-in user."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return (
        f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    )


class Client:
    """One connection to the benchmark's server."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)

    def request(self, page: Page, *, count: bool = False) -> Response:
        """Get or post a page. Raise SystemExit for an unexpected status."""
        body, headers = page.encode()
        headers = {"Cookie": page.cookie, "X-CSRFToken": CSRF, **headers, **page.headers}
        if count:
            headers["X-Count"] = "1"
        begin = time.perf_counter()
        self.connection.request(
            "GET" if body is None else "POST", page.path, body=body, headers=headers
        )
        response = self.connection.getresponse()
        content = response.read()
        took = (time.perf_counter() - begin) * 1000
        if response.status != page.expected:
            raise SystemExit(f"{page.name}: {response.status} from {page.path}\n{content[:600]!r}")
        counts = (int(response.headers.get(f"X-{what}", 0)) for what in COUNTED)
        return Response(response.status, took, content, *counts)

    def post_mail(self, raw: bytes, recipient: str) -> None:
        """Post a raw email as Mailgun does. Raise SystemExit unless it is accepted."""
        secret = base64.b64encode(f"inbound:{settings.INBOUND_SECRET}".encode()).decode()
        form = urlencode({"recipient": recipient, "body-mime": raw})
        headers = {"Content-Type": FORM, "Authorization": f"Basic {secret}"}
        self.connection.request("POST", "/inbound/mailgun/mime", body=form, headers=headers)
        response = self.connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"The webhook responded {response.status}")
