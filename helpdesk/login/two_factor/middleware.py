"""The middleware that lets nobody past without the two-factor authentication they owe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse

from helpdesk.login.sso.sessions import find_sso_record
from helpdesk.login.two_factor.policy import PendingStep, get_pending_step

Handler = Callable[[HttpRequest], HttpResponseBase]

# The only pages for somebody who owes it. With a factor set up, no page that a password alone opens.
OPEN_PAGES = {
    PendingStep.SET_UP: {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_logout",
    },
    PendingStep.VERIFY: {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"},
}
LEADS_TO = {PendingStep.SET_UP: "mfa_index", PendingStep.VERIFY: "mfa_reauthenticate"}


class TwoFactorMiddleware:
    """Leads whoever owes a second factor to it. Stands behind PersonMiddleware."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """None lets the page be made."""
        owed = get_pending_step(request)
        match = request.resolver_match
        if owed is None or (match is not None and match.view_name in OPEN_PAGES[owed]):
            return None
        return redirect_to_pending_step(request, owed)


def redirect_to_pending_step(request: HttpRequest, owed: PendingStep) -> HttpResponse:
    """A redirect for pages; for programs 403, and for htmx a word to load the whole page.

    A company's session opens no settings of the login, so no second factor is set up in it: its page says whose turn
    it is.
    """
    is_dead_end = owed is PendingStep.SET_UP and find_sso_record(request) is not None
    place = reverse("home" if is_dead_end else LEADS_TO[owed])
    if owed is PendingStep.VERIFY and request.method == "GET":
        place += "?" + urlencode({"next": request.get_full_path()})
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": place.partition("?")[0]})
    if request.path_info.startswith("/api/") or not request.accepts("text/html"):
        return JsonResponse(
            {"detail": "A second factor is required. Log in by the browser."}, status=403
        )
    if is_dead_end:
        return render(request, "account/sso_two_factor.html", status=403)
    return HttpResponseRedirect(place)
