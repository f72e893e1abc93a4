"""Browsers in which a person has signed in before, remembered by a signed cookie.

A known browser keeps its own count of failures (lockout.py), as in OWASP's "Device cookies". It
signs nobody in. The cookie reveals no address: each entry is signed with its person's.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse

COOKIE = "known_browser"
MAX_AGE = timedelta(days=365)
MAX_PEOPLE = 5  # who share a browser
SEPARATOR = "~"


def find_known_browser(request: HttpRequest, email: str) -> str:
    """Return this browser's ID if the owner of the address has signed in here, "" otherwise."""
    for entry in _list_entries(request):
        if browser := _unsign(entry, email):
            return browser
    return ""


def remember_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Make this browser a known one of the owner of an address, who has just signed in."""
    browser = find_known_browser(request, email) or secrets.token_urlsafe(12)
    others = [entry for entry in _list_entries(request) if not _unsign(entry, email)]
    entries = [_get_signer(email).sign(browser), *others][:MAX_PEOPLE]
    response.set_cookie(
        COOKIE,
        SEPARATOR.join(entries),
        max_age=MAX_AGE,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _list_entries(request: HttpRequest) -> list[str]:
    return [entry for entry in request.COOKIES.get(COOKIE, "").split(SEPARATOR) if entry][
        :MAX_PEOPLE
    ]


def _unsign(entry: str, email: str) -> str:
    try:
        return _get_signer(email).unsign(entry, max_age=MAX_AGE)
    except BadSignature:
        return ""


def _get_signer(email: str) -> TimestampSigner:
    return TimestampSigner(salt=f"{__name__}:{email}")
