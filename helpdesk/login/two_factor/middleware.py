"""Middleware that requires two-factor authentication before any page opens."""

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
from django.utils.translation import gettext as _

from accounts.models import User
from helpdesk.login.signed_out.refusing import (
    build_unauthorized_response,
    find_form_page,
    is_live_request,
    keep_refused_form,
)
from helpdesk.login.sso.sessions import find_sso_record
from helpdesk.login.two_factor.policy import PendingStep, get_pending_step

Handler = Callable[[HttpRequest], HttpResponseBase]

# The only pages open until then. Once 2FA is set up, a password alone opens none of them.
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
NEXT_PAGE = {PendingStep.SET_UP: "mfa_index", PendingStep.VERIFY: "mfa_reauthenticate"}


class TwoFactorMiddleware:
    """Send users to the 2FA step they must still do. Must come after PersonMiddleware.

    Covers every view: pages, API, event stream, admin site and files.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Return None to let the view run."""
        step = get_pending_step(request)
        match = request.resolver_match
        if step is None or (match is not None and match.view_name in OPEN_PAGES[step]):
            return None
        return redirect_to_pending_step(request, step)


def redirect_to_pending_step(request: HttpRequest, step: PendingStep) -> HttpResponse:
    """Return a redirect for a page, 401 for its scripts, and 403 with JSON for a program.

    A posted form that has drafts is kept as one.

    An SSO session opens no account settings, so it cannot set up 2FA: it gets a page that explains
    what to do.
    """
    cannot_set_up = step is PendingStep.SET_UP and find_sso_record(request) is not None
    url = reverse("home" if cannot_set_up else NEXT_PAGE[step])
    if request.path_info.startswith("/api/"):
        return _refuse_program()
    if is_live_request(request):
        return build_unauthorized_response()
    if not request.accepts("text/html"):
        return _refuse_program()
    if cannot_set_up:
        return render(request, "account/sso_two_factor.html", status=403)
    if request.method == "POST" and isinstance(request.user, User):
        keep_refused_form(request, request.user)
    if step is PendingStep.VERIFY:
        url += "?" + urlencode({"next": find_form_page(request)})
    return HttpResponseRedirect(url)


def _refuse_program() -> JsonResponse:
    detail = _("Two-factor authentication (2FA) is required. Sign in with a browser.")
    response = JsonResponse({"detail": detail}, status=403)
    response.problem = "two-factor-required"  # type: ignore[attr-defined]  # of the API (RFC 9457)
    return response
