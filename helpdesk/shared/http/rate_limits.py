"""Rate limits: counting, and telling people and programs how long to wait.

The limits are settings.ACCOUNT_RATE_LIMITS. Attempts at one person's sign-in have more, in
helpdesk/login/lockout.py.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar

from allauth.core.internal.ratelimit import consume, get_cache_key, get_rates
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import ngettext

from helpdesk.shared.http.refusals import build_refusal
from helpdesk.shared.wording.times import HOUR, MINUTE

P = ParamSpec("P")
Request = TypeVar("Request", bound=HttpRequest)
View = Callable[Concatenate[Request, P], HttpResponse]
Handler = Callable[[HttpRequest], HttpResponseBase]

ACCOUNT, MFA = "allauth.account", "allauth.mfa"
# Pages on which django-allauth counts attempts without calling our handler, and its action.
ALLAUTH_ACTIONS = {
    "account_login": (ACCOUNT, "login"),
    "account_signup": (ACCOUNT, "signup"),
    "account_reset_password_from_key": (ACCOUNT, "reset_password_from_key"),
    "account_change_password": (ACCOUNT, "change_password"),
    "account_set_password": (ACCOUNT, "change_password"),
    "account_reauthenticate": (ACCOUNT, "reauthenticate"),
    "mfa_reauthenticate": (ACCOUNT, "reauthenticate"),
    "mfa_reauthenticate_webauthn": (ACCOUNT, "reauthenticate"),
    "mfa_login_webauthn": (MFA, "webauthn_login"),
}
FORM_PAGES = {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}


class RetryAfterMiddleware:
    """Give a form page that shows an exceeded limit the status 429 and Retry-After (RFC 9110)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (wait := _get_noted_wait(request)) and response.status_code in FORM_PAGES:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(wait)
        return response


def rate_limited(
    action: str, *, counts_get: bool = False
) -> Callable[[View[Request, P]], View[Request, P]]:
    """Limit the POSTs of an action by user or IP address, as the settings say.

    counts_get: also its GETs, for a page that asks another system.
    """

    def decorate(view: View[Request, P]) -> View[Request, P]:
        @wraps(view)
        def counted(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            return (
                view(request, *args, **kwargs)
                if is_within_limit(request, action, counts_get=counts_get)
                else too_many_requests(request)
            )

        return counted

    return decorate


def is_within_limit(
    request: HttpRequest, action: str, key: str | None = None, *, counts_get: bool = False
) -> bool:
    """Count one POST of an action and return False above its limit.

    key: such as an email address, for actions whose limit is per key. counts_get: see rate_limited.
    """
    if consume(request, app=ACCOUNT, action=action, key=key, limit_get=counts_get):
        return True
    note_wait(request, get_wait(request, action, key=key))
    return False


def get_wait(
    request: HttpRequest,
    action: str,
    *,
    app: str = ACCOUNT,
    key: str | None = None,
    config: dict[str, str] | None = None,
) -> int:
    """Return how many seconds it takes until an exceeded limit allows the next try; at least 1."""
    now, waits = time.time(), [1.0]
    for rate in get_rates(app=app, action=action, config=config):
        place = get_cache_key(request, app=app, action=action, rate=rate, key=key)
        newest_first: list[float] = cache.get(place, [])
        if len(newest_first) >= rate.amount:
            waits.append(newest_first[rate.amount - 1] + rate.duration - now)
    return math.ceil(max(waits))


def note_wait(request: Any, seconds: int) -> None:
    """Keep the wait of an exceeded limit for the response."""
    request.rate_limit_wait = seconds


def describe_wait(request: HttpRequest) -> str:
    """Return when to try again: "Try again in 4 minutes." """
    return format_wait(_get_noted_wait(request))


def format_wait(seconds: int) -> str:
    """Return a wait, rounded up to whole minutes or, from an hour on, to whole hours."""
    if seconds < HOUR:
        minutes = max(1, math.ceil(seconds / MINUTE))
        text = ngettext(
            "Try again in %(count)s minute.", "Try again in %(count)s minutes.", minutes
        )
        return text % {"count": minutes}
    hours = math.ceil(seconds / HOUR)
    text = ngettext("Try again in %(count)s hour.", "Try again in %(count)s hours.", hours)
    return text % {"count": hours}


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return 429 that says how long to wait. Also handler429, which django-allauth calls."""
    wait = _get_noted_wait(request) or _find_wait_of_page(request)
    response = build_refusal(request, HTTPStatus.TOO_MANY_REQUESTS, format_wait(wait))
    response["Retry-After"] = str(wait)
    return response


def _get_noted_wait(request: HttpRequest) -> int:
    wait: int = getattr(request, "rate_limit_wait", 0)
    return wait


def _find_wait_of_page(request: HttpRequest) -> int:
    name = request.resolver_match.view_name if request.resolver_match else ""
    app, action = ALLAUTH_ACTIONS.get(name, (ACCOUNT, ""))
    return get_wait(request, action, app=app)
