"""Responses to requests of programs that failed: "application/problem+json" (RFC 9457).

The same members everywhere: type, title, status, detail, request_id and, for invalid input, errors.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from helpdesk.request_log import get_request_id
from helpdesk.shared.http.problem_kinds import find_kind

PROBLEM_TYPE = "application/problem+json"


def describe_problem(
    request: HttpRequest, status: int, detail: str, *, error: Any = None, **facts: Any
) -> dict[str, Any]:
    """Return the members of a problem.

    error: the exception, whose "problem" may name its kind. facts: additional members.
    """
    kind = find_kind(status, error)
    problem: dict[str, Any] = {
        "type": build_type_url(request.path, kind.slug),
        "title": str(kind.title),
        "status": status,
        "detail": detail,
        **facts,
    }
    if request_id := get_request_id():
        problem["request_id"] = request_id
    return problem


def build_problem(request: HttpRequest, status: int, detail: str, **facts: Any) -> JsonResponse:
    """Return a problem as a response, for code outside of the API's views."""
    members = describe_problem(request, status, detail, **facts)
    return JsonResponse(members, status=status, content_type=PROBLEM_TYPE)


def build_type_url(path: str, slug: str) -> str:
    """Return the path of the page about a kind of problem, at the desk of a request's path."""
    return f"{path.partition('/api/')[0]}/api/v1/problems/{slug}/"
