"""Rate limits of forms (settings.ACCOUNT_RATE_LIMITS), with the 429 page above them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from allauth.core.ratelimit import consume, respond_429
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
Request = TypeVar("Request", bound=HttpRequest)

View = Callable[Concatenate[Request, P], HttpResponse]


def rate_limited(action: str) -> Callable[[View[Request, P]], View[Request, P]]:
    """Limit the POSTs of an action by user or IP address, as the settings say."""

    def decorate(view: View[Request, P]) -> View[Request, P]:
        @wraps(view)
        def counted(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            return (
                view(request, *args, **kwargs)
                if is_within_limit(request, action)
                else too_many_requests(request)
            )

        return counted

    return decorate


def is_within_limit(request: HttpRequest, action: str, key: str | None = None) -> bool:
    """Count one POST of an action and return False above its limit.

    key: such as an email address, for actions whose limit is per key.
    """
    return bool(consume(request, action=action, key=key))


def too_many_requests(request: HttpRequest) -> Any:
    """Return the 429 page."""
    return respond_429(request)
