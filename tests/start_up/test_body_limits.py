"""Request bodies are limited by path before Django reads them (F2): 413, nothing spooled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client

from helpdesk import asgi
from helpdesk.body_limits import BodyLimit
from tests.cast import Cast

MIB = 1024 * 1024
FORMS = ["/rocket/portal/requests/new/", "/portal/", "/rocket/agent/new/", "/rocket/admin/csv/"]
SMALL = [
    "/",
    "/rocket/",
    "/rocket/login/",
    "/rocket/api/v1/tickets/",
    "/crm/zoho/",
    "/x/y/inbound/",
]


class Exchange:
    """A request to an application that reads the whole body, as Django does."""

    def __init__(
        self,
        path: str,
        size: int,
        *,
        cookie: str = "",
        is_announced: bool = True,
        application: BodyLimit | None = None,
    ) -> None:
        headers = [(b"host", b"testserver"), (b"cookie", cookie.encode())]
        if is_announced:
            headers.append((b"content-length", str(size).encode()))
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": headers,
        }
        self.left, self.read = size, 0
        self.sent: list[dict[str, Any]] = []
        run = async_to_sync(application or BodyLimit(self.read_all))
        run(self.scope, self.receive, self.send)

    async def receive(self) -> dict[str, Any]:
        chunk = min(self.left, MIB // 2)
        self.left -= chunk
        self.read += chunk
        return {"type": "http.request", "body": b"x" * chunk, "more_body": self.left > 0}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def read_all(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> str:
        return self.sent[1]["body"].decode()


@pytest.fixture
def cookie(rocket: Cast, sign_in: Any) -> str:
    """Return the Cookie header of a signed-in customer."""
    client: Client = sign_in(rocket.customer.user or rocket.analyst.user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def assert_limit(path: str, limit: int, cookie: str = "") -> None:
    for is_announced in (True, False):
        made = Exchange(path, limit, cookie=cookie, is_announced=is_announced)
        assert (made.status, made.read) == (200, limit)
        made = Exchange(path, limit + 1, cookie=cookie, is_announced=is_announced)
        assert made.status == 413
        assert made.read == (0 if is_announced else limit + 1)
        assert len(made.sent) == 2


@pytest.mark.parametrize("path", ["/inbound/postmark/", "/rocket/inbound/mailgun/"])
def test_a_webhook_of_a_mail_provider_may_post_110_mib(path: str) -> None:
    assert_limit(path, 110 * MIB)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_a_signed_in_user_may_post_its_files(path: str, cookie: str) -> None:
    assert_limit(path, settings.MAX_ATTACHMENT_BYTES + 5 * MIB, cookie)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_a_session_may_post_one_mib(path: str, db: None) -> None:
    assert_limit(path, MIB)
    for value in ("", "x", "\x00", "a" * 5000):
        assert_limit(path, MIB, f"{settings.SESSION_COOKIE_NAME}={value}")


def test_a_session_without_a_user_may_post_one_mib(rocket: Cast, client: Client) -> None:
    session = client.session
    session["language"] = "de"
    session.save()
    assert_limit(FORMS[0], MIB, f"{settings.SESSION_COOKIE_NAME}={session.session_key}")


@pytest.mark.parametrize("path", SMALL)
def test_everything_else_may_post_one_mib(path: str, cookie: str) -> None:
    assert_limit(path, MIB, cookie)


def test_a_csv_import_fits_whatever_the_attachment_limit(cookie: str, settings: Any) -> None:
    settings.MAX_ATTACHMENT_BYTES = MIB
    assert_limit("/rocket/admin/csv/", 25 * MIB, cookie)


def test_the_refusal_has_the_form_of_its_interface() -> None:
    api = Exchange("/rocket/api/v1/tickets/", 2 * MIB)
    assert api.headers["content-type"] == "application/problem+json"
    assert json.loads(api.body)["status"] == 413
    assert "1.0" in json.loads(api.body)["detail"]
    hook = Exchange("/inbound/postmark/", 111 * MIB)
    assert hook.headers["content-type"].startswith("text/plain")
    page = Exchange("/rocket/", 2 * MIB)
    assert page.headers["content-type"].startswith("text/html")
    assert "That request is too large" in page.body
    for each in (api, hook, page):
        assert each.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in each.headers["content-security-policy"]
        assert each.headers["content-length"] == str(len(each.sent[1]["body"]))


@pytest.mark.parametrize("is_announced", [True, False])
def test_the_served_application_refuses_before_any_middleware(is_announced: bool) -> None:
    made = Exchange("/rocket/", 9 * MIB, is_announced=is_announced, application=asgi.application)
    assert made.status == 413
    assert made.read <= 2 * MIB, "Django has spooled the rest"
