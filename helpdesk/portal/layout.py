"""The frame of every portal page (templates/portal/base.html)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.customers.entitlements import get_portal_refusal
from accounts.models import Contact, Desk
from helpdesk.portal.emergencies import can_report_emergencies
from helpdesk.portal.sla_table import find_legacy_plans
from helpdesk.shared.avatars import get_initials
from tickets.access import is_managing
from tickets.defects.access import list_known_issues


@dataclass(frozen=True, slots=True)
class Visitor:
    """The signed-in person, as the menu shows them."""

    name: str
    initials: str


@dataclass(frozen=True, slots=True)
class PortalUrls:
    """Addresses that portal pages link to.

    people: "" except for a manager of an account. legacy: "" unless accounts have legacy plans.
    known_issues: "" for visitors, and while the desk publishes none.
    """

    home: str
    requests: str
    new_request: str
    contact: str
    sla: str
    login: str
    signup: str
    logout: str
    profile: str
    people: str = ""
    legacy: str = ""
    known_issues: str = ""
    emergency: str = ""  # "" unless the contact's plan includes emergencies


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a portal page inside its frame."""
    return render(request, template, get_layout_context(request) | (context or {}), status=status)


def get_layout_context(request: HttpRequest) -> dict[str, Any]:
    """Return the context of portal/base.html: person (or None), urls, can_submit, support_name."""
    contact: Contact | None = getattr(request, "contact", None)
    person = None
    if request.user.is_authenticated:
        name = str(contact or request.user)
        person = Visitor(name, get_initials(name))
    desk: Desk | None = getattr(request, "desk", None)
    return {
        "person": person,
        "urls": get_urls(contact, desk),
        "can_submit": contact is None or get_portal_refusal(contact) is None,
        "support_name": _("%(desk_name)s Support") % {"desk_name": desk.name if desk else ""},
    }


def get_urls(contact: Contact | None, desk: Desk | None) -> PortalUrls:
    """Return the addresses that this visitor's pages link to."""
    has_legacy, has_issues = find_pages(desk) if desk else (False, False)
    return PortalUrls(
        home=reverse("home"),
        requests=reverse("portal:tickets"),
        new_request=reverse("portal:new_request"),
        contact=reverse("portal:contact"),
        sla=reverse("portal:plans"),
        login=reverse("account_login"),
        signup=reverse("account_signup"),
        logout=reverse("account_logout"),
        profile=reverse("account_change_password"),
        people=reverse("portal:people") if is_manager(contact) else "",
        legacy=reverse("portal:legacy_plans") if has_legacy else "",
        known_issues=reverse("portal:known_issues") if contact and has_issues else "",
        emergency=reverse("portal:new_emergency") if can_report_emergencies(contact) else "",
    )


def find_pages(desk: Desk) -> tuple[bool, bool]:
    """Return whether a desk has legacy plans, and whether it has known issues. One query."""
    is_there = [Exists(find_legacy_plans(desk)), Exists(list_known_issues(desk).order_by())]
    found = Desk.objects.filter(pk=desk.pk).values_list(*is_there)
    return found.get()


def is_manager(contact: Contact | None) -> bool:
    """Return True if the contact is a manager of an account."""
    return contact is not None and is_managing(contact)


def redirect_after_post(name: str, *args: object) -> HttpResponse:
    """Redirect with 303, so that reloading the next page submits nothing again."""
    return HttpResponseRedirect(reverse(name, args=args), status=303)
