"""How often a form may be sent (settings.ACCOUNT_RATE_LIMITS); over it, the 429 page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from allauth.core.ratelimit import consume, respond_429
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
Asked = TypeVar("Asked", bound=HttpRequest)


View = Callable[Concatenate[Asked, P], HttpResponse]


def rate_limited(action: str) -> Callable[[View[Asked, P]], View[Asked, P]]:
    """A decorator that counts the POSTs of an action by person or address, as the settings say."""

    def decorate(view: View[Asked, P]) -> View[Asked, P]:
        @wraps(view)
        def counted(request: Asked, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            return (
                view(request, *args, **kwargs)
                if is_within_limit(request, action)
                else too_many_requests(request)
            )

        return counted

    return decorate


def is_within_limit(request: HttpRequest, action: str, key: str | None = None) -> bool:
    """Count one POST of an action, of a key such as an address where the setting says so; False over the limit."""
    return bool(consume(request, action=action, key=key))


def too_many_requests(request: HttpRequest) -> Any:
    """The 429 page."""
    return respond_429(request)
