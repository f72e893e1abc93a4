"""The first page: of the installation, or of a desk."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.account_managers import find_managers
from accounts.models import Desk, User
from helpdesk.login.adapter import has_verified_email
from helpdesk.portal.layout import render_page
from helpdesk.portal.pagination import get_page
from helpdesk.portal.permissions import DeskRequest
from helpdesk.portal.views.tickets import describe_requests
from helpdesk.shared.files import serve_logo
from tickets.access import tickets_for_contact

NEWEST = 5


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """The queue for an agent, the portal for anybody else; without a desk a list of desks, in the demo only."""
    placed = cast(DeskRequest, request)
    if placed.desk is None:
        return _list_desks(request)
    if placed.agent is not None:
        return redirect("agent:queue")
    if placed.contact is None:
        return _welcome(request)
    mine = tickets_for_contact(placed.contact).select_related("contact")
    page = get_page(mine, size=NEWEST)
    rows = describe_requests(page.rows, placed.contact, placed.desk, now=timezone.now())
    context = {
        "requests": rows,
        "has_more": bool(page.older),
        "managers": find_managers(placed.contact.account),
    }
    return render_page(request, "portal/home.html", context)


@require_safe
def show_logo(request: HttpRequest, name: str) -> FileResponse:
    """The logo of the desk; only under its name of today."""
    desk = cast(DeskRequest, request).desk
    if desk is None or not desk.logo or name != desk.logo_name:
        raise Http404
    return serve_logo(desk)


def _welcome(request: HttpRequest) -> HttpResponse:
    """For nobody, or for a login that is nobody at this desk and may become a contact by a proven address."""
    user = request.user if isinstance(request.user, User) else None
    context = {
        "is_stranger": user is not None,
        "may_join": user is not None and has_verified_email(user, user.email),
    }
    return render_page(request, "portal/home.html", context)


def _list_desks(request: HttpRequest) -> HttpResponse:
    if settings.MODE != "demo":
        raise Http404
    desks = Desk.objects.filter(is_suspended=False)
    return render(request, "portal/desks.html", {"desks": desks})
