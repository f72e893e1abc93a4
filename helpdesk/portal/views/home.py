"""The home page of a desk, or of the installation."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.customers.managers import find_managers
from accounts.models import Desk, User
from accounts.sweeps import list_desks_of_login
from channels_intake.plan_channels import get_channels
from helpdesk.login.adapter import has_verified_email
from helpdesk.portal.layout import render_page
from helpdesk.portal.pagination import get_page
from helpdesk.portal.permissions import DeskRequest
from helpdesk.portal.tickets import describe_requests
from helpdesk.shared.http.files import serve_logo
from tickets.access import queue_parts_for_contact

NEWEST = 5


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """Send agents to the queue and show the portal to everyone else.

    Without a desk, list the desks of the user, or in the demo all of them.
    """
    at_desk = cast(DeskRequest, request)
    if at_desk.desk is None:
        return _list_desks(request)
    if at_desk.agent is not None:
        return redirect("agent:queue")
    if at_desk.contact is None:
        return _welcome(request)
    page = get_page(queue_parts_for_contact(at_desk.contact), size=NEWEST)
    rows = describe_requests(page.rows, at_desk.contact, at_desk.desk, now=timezone.now())
    context = {
        "requests": rows,
        "has_more": bool(page.older),
        "managers": find_managers(at_desk.contact.account),
        "channels": get_channels(at_desk.contact, at_desk.desk),
    }
    return render_page(request, "portal/home.html", context)


@require_safe
def show_logo(request: HttpRequest, name: str) -> FileResponse:
    """Send the desk's logo, under its current name only."""
    desk = cast(DeskRequest, request).desk
    if desk is None or not desk.logo or name != desk.logo_name:
        raise Http404
    return serve_logo(desk)


def _welcome(request: HttpRequest) -> HttpResponse:
    """Greet a visitor who is not signed in, or who is signed in but no contact of this desk.

    The latter can join with a verified address.
    """
    user = request.user if isinstance(request.user, User) else None
    context = {
        "is_stranger": user is not None,
        "can_join": user is not None and has_verified_email(user, user.email),
    }
    return render_page(request, "portal/home.html", context)


def _list_desks(request: HttpRequest) -> HttpResponse:
    """List desks. Who isn't signed in learns neither how many there are nor their names."""
    user = request.user if isinstance(request.user, User) else None
    is_demo = settings.MODE == "demo"
    found = Desk.objects.order_by("pk") if is_demo else list_desks_of_login(user) if user else ()
    desks = [desk for desk in found if not desk.is_suspended]
    return render(request, "portal/desks.html", {"desks": desks, "is_demo": is_demo})
