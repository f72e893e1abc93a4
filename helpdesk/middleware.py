"""What holds for every page."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]


class NeverCacheMiddleware:
    """No shared cache or back button may show a person's page to another (ASVS 14.3.2)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class NoNullMiddleware:
    """PostgreSQL takes no NUL in a text, not even to compare with, so nothing of ours holds one: a path or query with
    one is of nothing (404), and a cookie with one is none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404("Nothing here has such a name.")
        request.COOKIES = {
            name: value for name, value in request.COOKIES.items() if "\x00" not in value
        }
        return self.get_response(request)
