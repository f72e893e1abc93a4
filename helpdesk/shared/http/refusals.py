"""Refusals of a request before any view runs, in the form of the interface that was asked.

The API gets "application/problem+json" (RFC 9457), webhooks plain text, and browsers a page.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.places.languages import get_reader_language, use_locale
from helpdesk.shared.http.problems import build_problem

INTERFACES = {"api", "inbound", "crm", "agent", "portal", "admin", "login", "invitation"}


def get_interface(path: str) -> str:
    """Return the interface of a path, below a desk or not, such as "api"; "" for other pages."""
    parts = path.split("/")[1:3]
    return next((part for part in parts if part in INTERFACES), "")


def build_refusal(
    request: HttpRequest, status: HTTPStatus, detail: str, **context: str
) -> HttpResponse:
    """Return a response of this status with a sentence. Pages have the template of the status.

    context: additional values for that template.
    """
    interface = get_interface(request.path)
    if interface == "api":
        return build_problem(request, status.value, detail)
    if interface in {"inbound", "crm"}:
        return HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
    shown = {"detail": detail, "request": request, "desk": getattr(request, "desk", None)}
    page = render_to_string(f"{status.value}.html", {**shown, **context})
    return HttpResponse(page, status=status)


def use_browser_language(request: HttpRequest) -> AbstractContextManager[None]:
    """Return a context manager for the language that the browser prefers, without a desk."""
    accepted = request.headers.get("Accept-Language", "")
    language = get_reader_language(desk=None, accepted=accepted)
    return use_locale(language=language, time_zone="UTC", desk=None)
