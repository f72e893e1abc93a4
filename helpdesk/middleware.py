"""Middleware for every page."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from helpdesk.shared.refusals import build_refusal, use_browser_language

Handler = Callable[[HttpRequest], HttpResponseBase]


class NeverCacheMiddleware:
    """Keep pages out of caches: proxies and the back button must not leak them (ASVS 14.3.2)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class RejectNullBytesMiddleware:
    """Return 400 for a path or query with a NUL byte, and ignore cookies with one.

    PostgreSQL accepts no NUL in text, not even in a comparison, so nothing can match.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            with use_browser_language(request):
                text = _("The address contains a character that is not allowed.")
                return build_refusal(request, HTTPStatus.BAD_REQUEST, text)
        request.COOKIES = {
            name: value for name, value in request.COOKIES.items() if "\x00" not in value
        }
        return self.get_response(request)
