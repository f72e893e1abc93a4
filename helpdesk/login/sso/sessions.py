"""What a session that a company's own log-in opened is worth: at its desk, for half a day, while the desk keeps the
provider. What opens it: helpdesk/login/sso/views.py."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from accounts.models import Desk, IdentityProvider

LIFETIME = (
    12 * 60 * 60
)  # seconds; then the company is asked again whether it still knows the person


def find_sso_record(request: HttpRequest) -> dict[str, Any] | None:
    """The record of the company's log-in that a session rests on; None for any other session, and once the person has
    shown more than the company's word. The record has ``desk`` and ``provider`` (ids) and ``at`` (Unix time)."""
    records = get_authentication_records(request, request.user)
    if any(
        record["method"] in {"password", "code"} or record.get("passwordless") for record in records
    ):
        return None
    return next((record for record in records if record["method"] == "sso"), None)


def is_sso_session_invalid(request: HttpRequest, desk: Desk | None) -> bool:
    """Whether the session rests on a company's word that does not count at a desk (None: outside of every desk).

    It was given at another desk, or is too old, or the provider is switched off or gone. One query, if any.
    """
    company = find_sso_record(request)
    if company is None:
        return False
    if desk is None or desk.pk != company["desk"] or time.time() - company["at"] >= LIFETIME:
        return True
    return not IdentityProvider.objects.filter(
        pk=company["provider"], desk=desk, is_active=True
    ).exists()
