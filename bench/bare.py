"""The unit of all ratios: a constant answer, session and user loaded from the database (performance.md)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def show_bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Nobody" if request.user.is_anonymous else "Somebody")
