"""Pages of allauth.mfa for setting up two-factor authentication."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from helpdesk.login.two_factor.policy import get_pending_step


class TwoFactorView(IndexView):
    """The user's authenticators, with a notice if the desk requires one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "pending": get_pending_step(self.request)}


class ActivateAppView(ActivateTOTPView):
    """Set up an authenticator app. Its first code also passes 2FA for this session."""

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_new_authenticator(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskeyView(AddWebAuthnView):
    """Add a passkey. Its first response also passes 2FA for this session."""

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_new_authenticator(self.request, Authenticator.Type.WEBAUTHN)
        return response


def record_new_authenticator(request: HttpRequest, kind: str) -> None:
    """Record in the session that the user has just used a new authenticator."""
    added = Authenticator.objects.filter(user_id=request.user.pk, type=kind).latest("created_at")
    record_authentication(request, request.user, "mfa", id=added.pk, type=kind)
