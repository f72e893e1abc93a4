"""Fetch an iCalendar feed from a URL that an admin entered (SSRF guard in accounts/network)."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from accounts.network.client import GuardedSession, Response
from accounts.network.errors import UrlProblem
from sla.holidays.failures import SourceError, SourceProblem

MAX_REDIRECTS = 3
MAX_SECONDS = 30.0
OK, REDIRECTS = 200, {301, 302, 303, 307, 308}
ACCEPT = {"Accept": "text/calendar, */*;q=0.5"}


def fetch_feed(url: str) -> bytes:
    """Return the body of a feed. Each redirect is checked like the URL itself.

    Raises SourceError, ForbiddenAddressError or UnreachableError.
    """
    url = get_http_url(url)
    for _ in range(MAX_REDIRECTS + 1):
        response = _get(url)
        target = response.headers.get("Location", "")
        if response.status not in REDIRECTS or not target:
            break
        url = get_http_url(_join(url, target))
    else:
        raise SourceError(SourceProblem.REDIRECTS)
    if response.status != OK:
        raise SourceError(SourceProblem.BAD_STATUS, {"status": response.status})
    return response.body


def get_http_url(url: str) -> str:
    """Return a subscription's URL with https instead of webcal, which is the same."""
    scheme, separator, rest = url.partition(":")
    return f"https:{rest}" if scheme.lower() in {"webcal", "webcals"} else scheme + separator + rest


def _join(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError as error:
        raise SourceError(UrlProblem.NOT_A_URL) from error


def _get(url: str) -> Response:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError as error:
        raise SourceError(UrlProblem.NOT_A_URL) from error
    with GuardedSession({host}, seconds=MAX_SECONDS) as session:
        return session.request("GET", url, headers=ACCEPT)
