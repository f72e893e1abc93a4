"""Requests to a vendor's API: to its host only, each within a limit of time and size.

Raises CallLaterError for what may work later, with the pause that the vendor asks for, and
CallRefusedError for what never will. Connectors add the credentials.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.logins.sealing import UnsealError
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, RequestProblem, UnreachableError
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.calls.responses import HOUR, check_response, read_json
from channels_intake.connections.contract import UnreadableError
from channels_intake.connections.reading import read_object
from channels_intake.models import Connection

SECONDS = 20.0  # for one response
FILE_SECONDS = 60.0


class TooLargeError(CallRefusedError):
    """The response has more bytes than it may have."""


def call_vendor(
    connection: Connection,
    method: str,
    path: str,
    *,
    base_url: str,
    at: datetime,
    hosts: tuple[str, ...] = (),
    check: Callable[[Response, datetime], None] = check_response,
    seconds: float = SECONDS,
    **kwargs: Any,
) -> Response:
    """Send one request and return the successful response.

    base_url: the vendor's; connection.api_url replaces it. path: may be a whole URL on one of the
    hosts; a host that starts with a dot stands for every name below it. check: raises the errors of
    calls/ for a response that isn't a success, where the vendor's error bodies say more than the
    status. kwargs: max_bytes of the response, and as in requests (headers, params, json, data,
    files).
    """
    root = (connection.api_url or base_url).rstrip("/")
    url = path if path.startswith(("https://", "http://")) else root + path
    allowed = [urlsplit(root).hostname or "", *hosts]
    try:
        with GuardedSession(allowed, seconds=seconds) as out:
            response = out.request(method, url, **kwargs)
    except UnreachableError as error:
        if error.problem.code == RequestProblem.TOO_LARGE:
            raise TooLargeError(str(error)) from error
        raise CallLaterError(str(error), is_for_all=True) from error
    except ForbiddenAddressError as error:
        raise CallRefusedError(str(error)) from error
    check(response, at)
    return response


def fetch_file(
    connection: Connection, url: str, *, base_url: str, at: datetime, **kwargs: Any
) -> bytes:
    """Return a file's content, at most as large as an attachment. Raises TooLargeError.

    url, kwargs: as path and kwargs of call_vendor.
    """
    if not url.startswith(("https://", "http://", "/")):
        raise CallRefusedError("not_a_url")
    response = call_vendor(
        connection,
        "GET",
        url,
        base_url=base_url,
        at=at,
        seconds=FILE_SECONDS,
        max_bytes=settings.MAX_ATTACHMENT_BYTES,
        **kwargs,
    )
    return response.body


def read_answer(response: Response) -> Mapping[str, Any]:
    """Return the JSON object of a response. Raises CallLaterError if it isn't one."""
    try:
        return read_object(response.body)
    except UnreadableError as error:
        raise CallLaterError(str(error), status=response.status) from error


def ask_vendor(
    connection: Connection, method: str, path: str, *, base_url: str, at: datetime, **kwargs: Any
) -> Any:
    """Return the JSON of a successful response."""
    return read_json(call_vendor(connection, method, path, base_url=base_url, at=at, **kwargs))


def read_secrets(connection: Connection) -> Mapping[str, str]:
    """Return a connection's secrets. Raises CallLaterError if they can't be decrypted."""
    try:
        return connection.secrets
    except UnsealError as error:
        raise CallLaterError(str(error), seconds=HOUR, is_for_all=True) from error
