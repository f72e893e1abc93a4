"""The unit of all ratios (B): a constant response after loading session and user."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def show_bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anonymous" if request.user.is_anonymous else "signed in")
