"""What stands around every page of the portal (templates/portal/base.html)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Contact, ContactRole
from helpdesk.shared.avatars import get_initials


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A portal page with person and addresses around it."""
    return render(request, template, get_layout_context(request) | (context or {}), status=status)


def get_layout_context(request: HttpRequest) -> dict[str, Any]:
    """The context of portal/base.html: person (None for nobody) and urls."""
    user = request.user
    signed_in = user.is_authenticated
    name = str(getattr(request, "contact", None) or user) if signed_in else ""
    urls = {
        "home": reverse("home"),
        "requests": reverse("portal:tickets"),
        "new_request": reverse("portal:new_request"),
        "contact": reverse("portal:contact"),
        "sla": reverse("portal:plans"),
        "login": reverse("account_login"),
        "signup": reverse("account_signup"),
        "logout": reverse("account_logout"),
        "profile": reverse("account_change_password"),
    }
    if is_manager(getattr(request, "contact", None)):
        urls["people"] = reverse("portal:people")
    return {
        "person": {"name": name, "initials": get_initials(name)} if signed_in else None,
        "urls": urls,
    }


def is_manager(contact: Contact | None) -> bool:
    """Whether the contact looks after the people of an account."""
    return (
        contact is not None
        and contact.role == ContactRole.MANAGER
        and contact.account_id is not None
    )


def redirect_after_post(name: str, *args: object) -> HttpResponse:
    """To the page of that name after a form was taken: 303, so that a reload sends nothing again."""
    return HttpResponseRedirect(reverse(name, args=args), status=303)
