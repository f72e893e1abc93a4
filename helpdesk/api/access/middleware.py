"""Bearer tokens and rate limits of every request below /api/, before any view runs."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import ngettext

from helpdesk.api.access.grants import InvalidTokenError, is_program
from helpdesk.api.access.limits import Usage, add_headers, count_request
from helpdesk.api.access.tokens import read_grant
from helpdesk.live.polls import get_poll
from helpdesk.shared.http.refusals import build_refusal

Handler = Callable[[HttpRequest], HttpResponseBase]


class ApiAccessMiddleware:
    """Set the person and agent of a program's request, and count requests of the API.

    Must come after PersonMiddleware, whose session a program's request must not use, and before
    what asks for the person: languages, logs, two-factor authentication.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        if is_program(request):
            place_program(request)
        usage = _count_once(request)
        response = _refuse(request, usage) if usage.is_exceeded else self.get_response(request)
        add_headers(response, usage)
        return response


def _count_once(request: HttpRequest) -> Usage:
    """Count a request, but not again each time that a long poll is answered."""
    poll = get_poll(request)
    usage: Usage = poll.usage if poll and poll.usage else count_request(request)
    if poll is not None:
        poll.usage = usage
    return usage


def place_program(request: Any) -> None:
    """Replace the session's person by the token's, or by nobody with the reason why."""
    request.user, request.agent, request.contact = AnonymousUser(), None, None
    try:
        grant = read_grant(request)
    except InvalidTokenError as error:
        request.token_refusal = error
        return
    request.grant = grant
    request.user, request.agent = grant.agent.user, grant.agent


def _refuse(request: HttpRequest, usage: Usage) -> HttpResponseBase:
    text = ngettext(
        "Too many requests. Try again in %(count)s second.",
        "Too many requests. Try again in %(count)s seconds.",
        usage.reset,
    )
    detail = text % {"count": usage.reset}
    response = build_refusal(request, HTTPStatus.TOO_MANY_REQUESTS, detail)
    response["Retry-After"] = str(usage.reset)
    return response
