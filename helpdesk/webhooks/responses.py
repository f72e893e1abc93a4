"""Responses to other systems."""

from __future__ import annotations

from django.http import HttpResponse


def respond(text: str, status: int) -> HttpResponse:
    """Return a sentence as plain text, for whoever reads the other system's log."""
    return HttpResponse(text, status=status, content_type="text/plain")
