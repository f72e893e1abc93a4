"""Middleware for every page."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from accounts.middleware import INBOUND, DeskRequest
from helpdesk.shared.drafts import to_place
from helpdesk.shared.http.methods import find_page
from helpdesk.shared.http.refusals import build_refusal, use_browser_language

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
Handler = Callable[[HttpRequest], HttpResponseBase]


class NeverCacheMiddleware:
    """Keep pages out of caches: proxies and the back button must not leak them (ASVS 14.3.2)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ProviderPostMiddleware:
    """Handle posts of email providers right away: they need no desk, session, user or language.

    This applies only to the installation's own address. Posts below a desk's path, and all other
    requests, go through the remaining middleware, which finds the desk.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or not request.path_info.startswith(INBOUND):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.get_host()  # raises DisallowedHost for unknown hosts
        request.resolver_match, cast(DeskRequest, request).desk = match, None
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response


class MethodNotAllowedMiddleware:
    """Replace the empty 405 of Django's decorators with a page (problem JSON at the API)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not _is_empty(response):
            return response
        text = _("There's no page at this address. It only accepts form submissions.")
        explained = build_refusal(
            request,
            HTTPStatus.METHOD_NOT_ALLOWED,
            text,
            page_url=find_page(to_place(request.get_full_path())),
        )
        explained["Allow"] = response.headers["Allow"]
        return explained


def _is_empty(response: HttpResponseBase) -> bool:
    return isinstance(response, HttpResponse) and not response.content


class Utf8FormsMiddleware:
    """Read forms and queries as UTF-8, whatever charset the request names.

    Our pages send UTF-8, and RFC 7578 has no such parameter. Some of Python's codecs refuse any
    text, and some make lone surrogates, which PostgreSQL can't store.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.content_type == "multipart/form-data" or request.method in SAFE_METHODS:
            request.encoding = "utf-8"
        return self.get_response(request)


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
