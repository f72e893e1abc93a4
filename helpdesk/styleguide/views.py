"""The page of the styleguide."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from helpdesk.styleguide.examples import build_context


@require_safe
def show_styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component to staff. It reads no data of any desk."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if not user.is_staff:
        raise Http404
    return render(request, "agent/styleguide/page.html", build_context())
