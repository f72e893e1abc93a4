"""Problems (RFC 9457) for what fails below /api/ before or outside of the API's views."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from helpdesk.shared.http.problem_kinds import find_kind
from helpdesk.shared.http.problems import PROBLEM_TYPE, build_problem
from helpdesk.shared.http.refusals import get_interface, use_browser_language

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
PERMANENT = {301, 308}
Handler = Callable[[HttpRequest], HttpResponseBase]


class ProblemsMiddleware:
    """Replace pages and texts of errors below /api/: unknown addresses, a suspended desk, a 500.

    A redirect to the address with a slash would lose the body of a POST, so that gets 404.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path  # with the desk
        response = self.get_response(request)
        if get_interface(path) != "api" or _is_in_order(request, response):
            return response
        with use_browser_language(request):
            return _explain(request, response)


def _is_in_order(request: HttpRequest, response: HttpResponseBase) -> bool:
    if response.status_code < 400:
        return request.method in SAFE_METHODS or response.status_code not in PERMANENT
    return response.headers.get("Content-Type", "").startswith(PROBLEM_TYPE)


def _explain(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    if response.status_code in PERMANENT:
        text = _("There is nothing at this address. Did you mean “%(path)s”?")
        return build_problem(request, 404, text % {"path": response.headers["Location"]})
    kind = find_kind(response.status_code, response)
    detail = _read_detail(response) or str(kind.advice)
    problem = build_problem(request, response.status_code, detail, error=response)
    for name, value in response.headers.items():
        if name.lower() not in {"content-type", "content-length", "content-language"}:
            problem.headers[name] = value
    problem.cookies.update(response.cookies)
    return problem


def _read_detail(response: HttpResponseBase) -> str:
    """Return what a response says as text or in JSON, "" for a page."""
    form = response.headers.get("Content-Type", "")
    if not isinstance(response, HttpResponse):
        return ""
    if form.startswith("text/plain"):
        return response.text
    if form.startswith("application/json"):
        said = json.loads(response.content)
        return str(said.get("detail", "")) if isinstance(said, dict) else ""
    return ""
