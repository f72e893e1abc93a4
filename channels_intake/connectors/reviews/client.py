"""Requests to AppFollow's API v2: at most 1,000 an hour with one token, and each costs credits.

https://docs.api.appfollow.io/reference/reviews_api_v2_reviews_get-1 and
https://docs.api.appfollow.io/reference/moving-from-v1-to-v2 (the reply endpoint).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.calls.responses import HOUR
from channels_intake.connections.client import ask_vendor, read_secrets
from channels_intake.models import Connection

API_URL = "https://api.appfollow.io"
PAYMENT_REQUIRED = 402


@dataclass(frozen=True, slots=True)
class Page:
    """A page of reviews, newest first. has_more: there is another page after it."""

    reviews: list[dict[str, Any]]
    has_more: bool


def get_reviews(
    connection: Connection,
    *,
    since: date,
    until: date,
    page: int,
    changed_since: datetime | None,
    at: datetime,
) -> Page:
    """Return one page of an app's reviews. changed_since: only those changed after it."""
    params: dict[str, Any] = {
        "ext_id": connection.external_id,
        "from": since.isoformat(),
        "to": until.isoformat(),
        "page": page,
    }
    if changed_since is not None:
        params["last_modified"] = f"{changed_since:%Y-%m-%d %H:%M:%S}"
    return _read_page(_ask(connection, "GET", "/api/v2/reviews", params=params, at=at), page)


def post_reply(connection: Connection, *, review_id: str, text: str, at: datetime) -> None:
    """Answer a review, or replace its answer. The store publishes it later."""
    body = {"ext_id": connection.external_id, "review_id": review_id, "answer_text": text}
    said = _ask(connection, "POST", "/api/v2/reviews/reply", json=body, at=at)
    if isinstance(said, dict) and said.get("error"):  # with a status of 200
        raise CallRefusedError(str(said["error"])[:200])


def list_collections(connection: Connection, *, at: datetime) -> Any:
    """Return the workspaces that the token can read. The cheapest request: one credit."""
    return _ask(connection, "GET", "/api/v2/account/apps", at=at)


def _ask(connection: Connection, method: str, path: str, *, at: datetime, **kwargs: Any) -> Any:
    headers = {"X-AppFollow-API-Token": read_secrets(connection).get("token", "")}
    try:
        return ask_vendor(
            connection, method, path, base_url=API_URL, at=at, headers=headers, **kwargs
        )
    except CallRefusedError as error:
        if error.status != PAYMENT_REQUIRED:
            raise
        why = _("Your AppFollow plan has no API credits left.")
        known: dict[str, Any] = {"is_for_all": True, "status": error.status}
        raise CallLaterError(why, seconds=HOUR, **known) from error


def _read_page(content: Any, page: int) -> Page:
    """Return a page. AppFollow may report an error with a status of 200: then ask again later."""
    found = content.get("reviews") if isinstance(content, Mapping) else None
    rows = found.get("list") if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(rows, list):
        raise CallLaterError(_("AppFollow's response isn't a list of reviews."), is_for_all=True)
    about = found.get("page") or {}
    last = int(about.get("total") or 1) if isinstance(about, Mapping) else 1
    return Page([row for row in rows if isinstance(row, dict)], bool(rows) and page < last)
