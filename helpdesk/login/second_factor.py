"""Who must prove themselves a second time, and the door that lets nobody else past (security goal 17).

Required of every desk admin and of the installation's admin (settings.ADMIN_SECOND_FACTOR: always in production),
and of all agents of a desk that says so (Desk.require_second_factor). Whoever has none is led to set one up;
whoever has one must have used it in this session. Until then there is no page, API, stream, admin site or file.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse

from accounts.middleware import DeskRequest
from accounts.models import Agent, Desk, Role, User
from helpdesk.login.company_sessions import find_company

FACTORS = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
)  # recovery codes only stand in for one

Handler = Callable[[HttpRequest], HttpResponseBase]


class Owed(StrEnum):
    """What a session still lacks."""

    SETTING_UP = "setting_up"
    USING = "using"


# The only pages for somebody who owes it. With a factor set up, no page that a password alone opens.
OPEN_PAGES = {
    Owed.SETTING_UP: {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_logout",
    },
    Owed.USING: {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"},
}
LEADS_TO = {Owed.SETTING_UP: "mfa_index", Owed.USING: "mfa_reauthenticate"}


class SecondFactorMiddleware:
    """Leads whoever owes a second factor to it. Stands behind PersonMiddleware."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """None lets the page be made."""
        owed = find_owed(request)
        match = request.resolver_match
        if owed is None or (match is not None and match.view_name in OPEN_PAGES[owed]):
            return None
        return lead_to_factor(request, owed)


def find_owed(request: HttpRequest) -> Owed | None:
    """What the person of a request owes at its desk; None for nothing. One query where a factor is required."""
    placed = cast(DeskRequest, request)
    if not must_have_factor(request.user, placed.desk, placed.agent):
        return None
    if was_asked_by_company(request):
        return None
    if not has_factor(cast(User, request.user)):
        return Owed.SETTING_UP
    return None if has_used_factor(request) else Owed.USING


def must_have_factor(user: User | AnonymousUser, desk: Desk | None, agent: Agent | None) -> bool:
    """Whether a person needs a second factor at a desk (None: outside of every desk)."""
    if not user.is_authenticated:
        return False
    if user.is_superuser or (agent is not None and agent.role == Role.ADMIN):
        return settings.ADMIN_SECOND_FACTOR or (desk is not None and desk.require_second_factor)
    return agent is not None and desk is not None and desk.require_second_factor


def has_factor(user: User) -> bool:
    """Whether a login has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def has_used_factor(request: HttpRequest) -> bool:
    """Whether the second factor, or a recovery code in its place, was given in this session."""
    return any(
        record["method"] == "mfa" for record in get_authentication_records(request, request.user)
    )


def was_asked_by_company(request: HttpRequest) -> bool:
    """Whether the desk's own identity provider says that it asked for a second factor (helpdesk/login/company.py)."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" and record.get("type") == "company" for record in records)


def lead_to_factor(request: HttpRequest, owed: Owed) -> HttpResponse:
    """A redirect for pages; for programs 403, and for htmx a word to load the whole page.

    A company's session opens no settings of the login, so no second factor is set up in it: its page says whose turn
    it is.
    """
    is_dead_end = owed is Owed.SETTING_UP and find_company(request) is not None
    place = reverse("home" if is_dead_end else LEADS_TO[owed])
    if owed is Owed.USING and request.method == "GET":
        place += "?" + urlencode({"next": request.get_full_path()})
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": place.partition("?")[0]})
    if request.path_info.startswith("/api/") or not request.accepts("text/html"):
        return JsonResponse(
            {"detail": "A second factor is required. Log in by the browser."}, status=403
        )
    if is_dead_end:
        return render(request, "account/company_factor.html", status=403)
    return HttpResponseRedirect(place)
