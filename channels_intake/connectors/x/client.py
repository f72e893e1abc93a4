"""Requests to X's API v2: by the app's bearer token, or by a token as tokens.py keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.network.client import Response
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.client import call_vendor, fetch_file, read_answer, read_secrets
from channels_intake.connections.contract import UnreadableError
from channels_intake.connections.reading import get_line, list_parts, read_object
from channels_intake.models import Connection

API_URL = "https://api.x.com"
MEDIA_HOSTS = ("pbs.twimg.com", "video.twimg.com")
MINUTE, QUARTER, HOUR, DAY = 60, 900, 3600, 86_400
NO_ACCESS = "/client-forbidden"  # the app isn't enrolled for this; an admin can change that
USED_UP = "/usage-capped"


def call_x(
    connection: Connection, token: str, method: str, path: str, *, at: datetime, **kwargs: Any
) -> Response:
    """Send one request with a token and return the successful response."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= kwargs.pop("headers", {})
    return call_vendor(
        connection,
        method,
        path,
        base_url=API_URL,
        at=at,
        hosts=MEDIA_HOSTS,
        check=check_answer,
        headers=headers,
        **kwargs,
    )


def ask_as_app(
    connection: Connection, method: str, path: str, *, at: datetime, **kwargs: Any
) -> Mapping[str, Any]:
    """Return the JSON that X answers the app with. Webhooks belong to the app."""
    token = read_secrets(connection).get("bearer_token", "")
    return read_answer(call_x(connection, token, method, path, at=at, **kwargs))


def fetch_public(connection: Connection, url: str, *, at: datetime) -> bytes:
    """Return a file of a post, which needs no token."""
    hosts, check = MEDIA_HOSTS, check_answer
    return fetch_file(connection, url, base_url=API_URL, at=at, hosts=hosts, check=check)


def check_answer(response: Response, at: datetime) -> None:
    """Raise CallLaterError or CallRefusedError unless X did as it was asked.

    A limit is answered by 429 with the end of its window in x-rate-limit-reset; credits that are
    used up by 402, and a token that isn't valid by 401. An admin can mend the last two, and an app
    without access to an endpoint. Other refusals are final.
    """
    status = response.status
    if 200 <= status < 300:
        return
    said, kind = _read_error(response)
    why = f"{status}: {said}" if said else str(status)
    if status == 429 and not kind.endswith(USED_UP):
        wait = _find_wait(response, at)
        raise CallLaterError(why, seconds=wait, at_least=MINUTE, is_for_all=True, status=status)
    if status == 402 or kind.endswith((USED_UP, NO_ACCESS)):
        raise CallLaterError(why, seconds=HOUR, is_for_all=True, status=status)
    if status == 401:
        raise CallLaterError(why, seconds=QUARTER, is_for_all=True, status=status)
    if status >= 500:
        raise CallLaterError(why, is_for_all=True, status=status)
    raise CallRefusedError(why, status=status)


def _find_wait(response: Response, at: datetime) -> int | None:
    reset = response.headers.get("x-rate-limit-reset", "")
    if not reset.isdecimal() or len(reset) > 12:
        return None
    return max(1, min(int(reset) - int(at.timestamp()) + 1, DAY))


def _read_error(response: Response) -> tuple[str, str]:
    """Return what X says, and the type of the problem as a URI, or ""."""
    try:
        error = read_object(response.body)
    except UnreadableError:
        return "", ""
    first = next(iter(list_parts(error, "errors")), {})
    said = get_line(first, "message") or get_line(error, "detail")
    said = said or get_line(error, "error_description") or get_line(error, "title")
    return said[:200], get_line(error, "type")
