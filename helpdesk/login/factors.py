"""Setting up a second factor and having it asked for, as django-allauth does it, told about desks."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from accounts.logins.sealing import seal, unseal
from accounts.models import User
from helpdesk.login.second_factor import find_owed, has_factor


class FactorAdapter(DefaultMFAAdapter):
    """Secrets sealed at rest; the desk's name in the person's authenticator app."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def _get_site_name(self) -> str:
        desk = getattr(context.request, "desk", None)
        return desk.name if desk else "Plumbline"


class FactorsView(IndexView):
    """What a login has of second factors; says so when one is owed."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "owed": find_owed(self.request)}


class SetUpAppView(ActivateTOTPView):
    """Set up an authenticator app. Its first code is also this session's proof."""

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_set_up(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskeyView(AddWebAuthnView):
    """Add a passkey, which has just answered this session's challenge."""

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_set_up(self.request, Authenticator.Type.WEBAUTHN)
        return response


def record_set_up(request: HttpRequest, kind: str) -> None:
    """Note in the session that a new factor was shown to be in hand."""
    added = Authenticator.objects.filter(user_id=request.user.pk, type=kind).latest("created_at")
    record_authentication(request, request.user, "mfa", id=added.pk, type=kind)


def has_just_logged_in(request: HttpRequest, user: User) -> bool:
    """Whether the session's log-in is minutes old and as strong as the login can be.

    Then a change of the second factor asks for nothing again; else for the factor, or the password without one.
    """
    strong = {"mfa"} if has_factor(user) else {"password", "mfa"}
    newest_allowed = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, user)
    return any(record["method"] in strong and record["at"] > newest_allowed for record in records)
