"""Pages with a form that open in a dialog over another page (static/js/form_dialog.js).

The script asks for the same page with the header "Dialog". The page then extends DIALOG_FRAME
instead of a whole document, and a redirect becomes an empty response that names its target: fetch()
would follow it unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseRedirectBase

HEADER = "Dialog"
LOCATION = "Dialog-Location"
DIALOG_FRAME = "agent/dialog.html"

Handler = Callable[[HttpRequest], HttpResponseBase]


def is_dialog(request: HttpRequest) -> bool:
    """Return True if the page is shown in a dialog over another page."""
    return HEADER in request.headers


class DialogMiddleware:
    """Let form_dialog.js decide where a redirect leads: to another page, or to this one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_dialog(request) and isinstance(response, HttpResponseRedirectBase):
            return _name_target(response)
        return response


def _name_target(redirect: HttpResponseRedirectBase) -> HttpResponse:
    """Return a redirect as a 204, with its cookies."""
    named = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={LOCATION: redirect.url})
    named.cookies = redirect.cookies
    return named
