"""Pages about the kinds of problems, at the addresses in their "type". At a desk, for everybody."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Desk
from helpdesk.shared.http.problem_kinds import BY_SLUG, KINDS


@require_safe
def list_problems(request: HttpRequest) -> HttpResponse:
    """Show all kinds of problems."""
    return _render(request, kinds=KINDS, is_list=True)


@require_safe
def show_problem(request: HttpRequest, problem_kind: str) -> HttpResponse:
    """Show one kind of problem."""
    if problem_kind not in BY_SLUG:
        raise Http404
    return _render(request, kinds=[BY_SLUG[problem_kind]], is_list=False)


def _render(request: HttpRequest, **context: Any) -> HttpResponse:
    desk: Desk | None = getattr(request, "desk", None)
    if desk is None:
        raise Http404
    return render(request, "api/problems.html", {**context, "desk": desk})
