"""Freshcaller's API: calls, users, their states, and recordings.

Sources: developers.freshcaller.com/api. The key is in X-Api-Auth; lists have per_page, page and
meta.total_pages; errors are {"error_type", "message", "errors"}; 429 beyond the rate limit. A
recording is a redirect to where the file is, which needs no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.network.client import Response
from channels_intake.calls.errors import CallRefusedError
from channels_intake.calls.responses import check_response
from channels_intake.connections.client import ask_vendor, call_vendor, fetch_file, read_secrets
from channels_intake.models import Connection

PER_PAGE = 100
MAX_PAGES = 20  # in one poll
REDIRECT = 302
_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def ask(connection: Connection, path: str, *, at: datetime, **params: Any) -> Mapping[str, Any]:
    """Return the JSON object at a path of the API."""
    found = ask_vendor(
        connection,
        "GET",
        path,
        base_url=get_base_url(connection),
        at=at,
        params=params,
        headers=_authenticate(connection),
    )
    return found if isinstance(found, Mapping) else {}


def list_pages(
    connection: Connection, path: str, *, at: datetime, **params: Any
) -> Iterator[Mapping[str, Any]]:
    """Yield the pages of a list, at most MAX_PAGES of them."""
    for page in range(1, MAX_PAGES + 1):
        found = ask(connection, path, at=at, per_page=PER_PAGE, page=page, **params)
        yield found
        meta = found.get("meta")
        total = meta.get("total_pages") if isinstance(meta, Mapping) else None
        if not isinstance(total, int) or page >= total:
            return


def fetch_recording(connection: Connection, path: str, *, at: datetime) -> bytes:
    """Return a recording. The API redirects to the file; the key isn't sent there."""
    response = call_vendor(
        connection,
        "GET",
        path,
        base_url=get_base_url(connection),
        at=at,
        check=_check_recording,
        max_bytes=settings.MAX_ATTACHMENT_BYTES,
        headers=_authenticate(connection),
    )
    if response.status != REDIRECT:
        return response.body
    url = response.headers.get("Location", "")
    hosts = (urlsplit(url).hostname or "",)
    return fetch_file(connection, url, base_url=get_base_url(connection), at=at, hosts=hosts)


def _check_recording(response: Response, at: datetime) -> None:
    if response.status != REDIRECT:
        check_response(response, at)


def get_base_url(connection: Connection) -> str:
    """Return the URL of the account's API: no other text may lead the key to another host."""
    if not (connection.api_url or _ACCOUNT.fullmatch(connection.external_id)):
        raise CallRefusedError(_("The account isn't the first part of a Freshcaller address."))
    return f"https://{connection.external_id}.freshcaller.com"


def _authenticate(connection: Connection) -> dict[str, str]:
    key = read_secrets(connection).get("api_key", "")
    return {"X-Api-Auth": key, "Accept": "application/json"}


def format_time(at: datetime) -> str:
    """Return a time as the API takes it: UTC, with a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
