"""Limits on sign-in attempts that a stranger can't use to lock the owner of an address out.

Attempts are counted per address and network, and with a higher limit per address across all
networks, against distributed attacks (settings.ADDRESS_RATE_LIMITS). A browser in which the owner
of the address has signed in before has counters of its own and isn't affected by either
(known_browsers.py).
"""

from __future__ import annotations

from allauth.core.internal.ratelimit import RateLimitUsage, clear, consume, get_ip
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.matching import normalize_email
from helpdesk.login.known_browsers import find_known_browser
from helpdesk.shared.http.rate_limits import describe_wait, get_wait, note_wait

APP = "helpdesk.login"
FAILED = gettext_lazy("Too many failed sign-in attempts. %(try_again)s")
SENTENCES = {
    "password": FAILED,
    "two_factor": FAILED,
    "sign_in_code": gettext_lazy("Too many codes were requested. %(try_again)s"),
    "password_link": gettext_lazy("Too many links were requested. %(try_again)s"),
    "verification": gettext_lazy("Too many emails were requested. %(try_again)s"),
}  # by action; try_again is a sentence such as "Try again in 4 minutes."


def count_attempt(request: HttpRequest, action: str, email: str) -> RateLimitUsage:
    """Count an attempt at an address. Roll the result back if the attempt succeeds.

    Counts before the attempt, so that many at the same time don't all pass. Raises ValidationError
    above the limit; known and unknown addresses are treated alike.
    """
    used, rates = RateLimitUsage(usage=[]), settings.ADDRESS_RATE_LIMITS
    for scope, key in _list_counters(request, email):
        name = f"{action}.{scope}"
        one = consume(request, app=APP, action=name, key=key, config=rates, limit_get=True)
        if one is None:
            used.rollback()
            note_wait(request, get_wait(request, name, app=APP, key=key, config=rates))
            raise ValidationError(
                SENTENCES[action],
                code="rate_limited",
                params={"try_again": describe_wait(request)},
            )
        used.usage += one.usage
    return used


def forget_attempts(request: HttpRequest, action: str, email: str) -> None:
    """Reset the counters of an address here, after its owner was verified."""
    for scope, key in _list_counters(request, email):
        name = f"{action}.{scope}"
        clear(request, app=APP, action=name, key=key, config=_without_ip(name))


def _list_counters(request: HttpRequest, email: str) -> list[tuple[str, str]]:
    """Return the scopes and keys under which an attempt from this browser is counted."""
    address = normalize_email(email) or email.strip().lower()
    if browser := find_known_browser(request, address):
        return [("browser", f"{address} {browser}")]
    return [("network", f"{address} {get_ip(request)}"), ("address", address)]


def _without_ip(name: str) -> dict[str, str]:
    """Return the limits per key only: attempts at other addresses stay counted."""
    rates = settings.ADDRESS_RATE_LIMITS.get(name, "").split(",")
    return {name: ",".join(rate for rate in rates if not rate.endswith("/ip"))}
