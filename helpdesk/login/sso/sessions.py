"""Validity of sessions opened by single sign-on: at their desk only, for twelve hours.

They end earlier if the desk disables or deletes the provider. views.py opens them.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from accounts.models import Desk, IdentityProvider

MAX_SESSION_SECONDS = 12 * 60 * 60  # then the provider is asked again


def find_sso_record(request: HttpRequest) -> dict[str, Any] | None:
    """Return allauth's authentication record of the single sign-on that a session rests on.

    None for any other session, and once the person has also proved a password, an emailed code or a
    passkey. The record has ``desk`` and ``provider`` (ids) and ``at`` (Unix time).
    """
    records = get_authentication_records(request, request.user)
    if any(
        record["method"] in {"password", "code"} or record.get("passwordless") for record in records
    ):
        return None
    return next((record for record in records if record["method"] == "sso"), None)


def is_sso_session_invalid(request: HttpRequest, desk: Desk | None) -> bool:
    """Return True if a session rests on a single sign-on that does not count here.

    It was made at another desk or is too old, or its provider is inactive or gone. Pass desk=None
    for installation pages. Runs one query, and none for other sessions.
    """
    record = find_sso_record(request)
    if record is None:
        return False
    if desk is None or desk.pk != record["desk"]:
        return True
    if time.time() - record["at"] >= MAX_SESSION_SECONDS:
        return True
    return not IdentityProvider.objects.filter(
        pk=record["provider"], desk=desk, is_active=True
    ).exists()


def get_sso_end(request: HttpRequest) -> float | None:
    """Return when an SSO session ends, in seconds since 1970, or None for any other session."""
    record = find_sso_record(request)
    return None if record is None else float(record["at"]) + MAX_SESSION_SECONDS
