"""Rendering of custom pages in the frame of the admin site."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.template.response import TemplateResponse

from accounts.admin.access import AdminRequest


def render_page(
    request: AdminRequest, template: str, *, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    """Render a template with the header and navigation of the admin site."""
    request.current_app = admin.site.name
    framed = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, framed, status=status)
