"""Compression of pages. Static files are compressed beforehand (WhiteNoise)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Pages with passwords, codes, keys or tokens in them. They are small.
SECRET_ROUTES = ("login/", "invitation/")


class CompressionMiddleware(GZipMiddleware):
    """Compress pages and JSON, but no stream and no page that holds a secret.

    An attacker who sees the size of compressed pages and can have text reflected in them could
    guess a secret on the same page (BREACH). Django masks the CSRF token and varies the size; the
    pages that hold other secrets are not compressed. Streams stay as they are: files are mostly
    compressed already, and an event stream must not wait for a full buffer.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the response, compressed if that is safe and worth it."""
        if response.streaming or _may_hold_secret(request):
            return response
        return super().process_response(request, response)


def _may_hold_secret(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.route.startswith(SECRET_ROUTES)
