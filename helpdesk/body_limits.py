"""Limits of request bodies by path, enforced before Django reads any of them.

Django spools a body to disk as a whole before the first middleware runs, so that anyone could fill
it. Larger bodies get 413 in the form of the interface, also when no Content-Length announced them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from importlib import import_module
from io import BytesIO
from typing import Any

from asgiref.sync import sync_to_async
from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, parse_cookie
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.import_export.files import MAX_BYTES as MAX_CSV_BYTES
from accounts.tenancy import no_desk_scope, release_connection
from channels_intake.webhooks import MAX_BODY_BYTES
from helpdesk.errors import lacks_room, refuse_without_room
from helpdesk.messenger.limits import MAX_BODY_BYTES as MAX_VISITOR_BYTES
from helpdesk.shared.http.asgi import Application, Receive, Scope, Send
from helpdesk.shared.http.refusals import build_refusal, use_browser_language
from helpdesk.webhooks.code_hosts import MAX_BODY_BYTES as MAX_EVENT_BYTES

MIB = 1024 * 1024
# More than the webhooks' own limit, which names its reason.
MAX_INBOUND_BYTES = MAX_BODY_BYTES + 10 * MIB
MAX_OTHER_BYTES = 1 * MIB
MAX_CHANNEL_BYTES = 6 * MIB  # each vendor's own limit is less (Connector.max_body_bytes)
FORM_SLACK_BYTES = 5 * MIB  # text, encoding, and room for the form's own error
_INBOUND = re.compile(r"/(?:[^/]+/)?inbound/")
_CHANNELS = re.compile(r"/(?:[^/]+/)?channels/[^/]+/")
_CODE_HOSTS = re.compile(r"/(?:[^/]+/)?code-hosts/[^/]+/")
_VISITORS = re.compile(r"/(?:[^/]+/)?(?:messenger|form)/[^/]+/(?:messages/)?")
_FORMS = re.compile(r"/(?:[^/]+/)?(?:agent|portal|admin)/")


class BodyTooLargeError(Exception):
    """More of a body arrived than its path allows. limit: in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request is larger than {limit} bytes.")
        self.limit = limit


class BodyLimit:
    """An ASGI application that refuses bodies beyond the limit of their path."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        counter = _Counter(scope, receive)
        try:
            await counter.check(_get_content_length(scope))
            await self.application(scope, counter.receive, send)
        except BodyTooLargeError as error:
            await _send_response(_build_response(scope, error.limit), send)
        except OSError as error:  # a large body is kept on disk before Django answers anything
            if not lacks_room(error):
                raise
            await _send_response(_build_full_response(scope, error), send)


class _Counter:
    """Counts what arrives, and finds the limit only when the smallest one is exceeded."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self._receive = receive
        self.received = 0
        self.limit: int | None = None

    async def receive(self) -> Mapping[str, Any]:
        message = await self._receive()
        self.received += len(message.get("body", b""))
        await self.check(self.received)
        return message

    async def check(self, size: int) -> None:
        """Raise BodyTooLargeError if the path allows less than this size in bytes."""
        if size <= MAX_OTHER_BYTES:
            return
        if self.limit is None:
            self.limit = await _find_limit(self.scope)
        if size > self.limit:
            raise BodyTooLargeError(self.limit)


async def _find_limit(scope: Scope) -> int:
    path = scope["path"]
    if _INBOUND.match(path):
        return MAX_INBOUND_BYTES
    if _CHANNELS.match(path):
        return MAX_CHANNEL_BYTES
    if _CODE_HOSTS.match(path):
        return MAX_EVENT_BYTES + MIB
    if _VISITORS.fullmatch(path):
        return MAX_VISITOR_BYTES
    if _FORMS.match(path) and await sync_to_async(is_signed_in)(_get_session_cookie(scope)):
        return get_form_limit()
    return MAX_OTHER_BYTES


def get_form_limit() -> int:
    """Return how many bytes a form of a signed-in user may have."""
    return int(max(settings.MAX_ATTACHMENT_BYTES, MAX_CSV_BYTES)) + FORM_SLACK_BYTES


def is_signed_in(session_cookie: str) -> bool:
    """Return True for the session of a user, or if the database cannot tell: pages then say so."""
    if not session_cookie or "\x00" in session_cookie:
        return False
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_cookie)
    try:
        with no_desk_scope():
            return store.get(SESSION_KEY) is not None
    except (OperationalError, InterfaceError):
        return True
    finally:
        release_connection()


def _get_header(scope: Scope, name: bytes) -> str:
    values = [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]
    return "; ".join(values)


def _get_content_length(scope: Scope) -> int:
    text = _get_header(scope, b"content-length")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0


def _get_session_cookie(scope: Scope) -> str:
    return parse_cookie(_get_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")


def _build_response(scope: Scope, limit: int) -> HttpResponse:
    request = ASGIRequest(scope, BytesIO())
    with use_browser_language(request):
        text = _("The request is larger than %(limit)s. Send less, or fewer files at once.")
        detail = text % {"limit": filesizeformat(limit)}
        response = build_refusal(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    return _complete(response)


def _build_full_response(scope: Scope, error: OSError) -> HttpResponse:
    request = ASGIRequest(scope, BytesIO())
    with use_browser_language(request):
        return _complete(refuse_without_room(request, error))


def _complete(response: HttpResponse) -> HttpResponse:
    """Add the headers that middleware adds to other responses."""
    response[HEADER] = build_policy()
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Length"] = str(len(response.content))
    return response


async def _send_response(response: HttpResponse, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
