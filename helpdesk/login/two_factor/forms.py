"""Forms of allauth.mfa: authenticator codes work once; passkeys are explained in plain words."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from helpdesk.login.lockout import count_attempt


class _OneTimeCodeMixin:
    """Refuse a code that was used before (RFC 6238, 5.2), and too many wrong ones.

    django-allauth remembers a code for one time step; MFA_TOTP_TOLERANCE makes it valid for longer.
    """

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        used = count_attempt(context.request, "two_factor", self.user.email)
        code = str(super().clean_code())  # type: ignore[misc]  # of the form that it is mixed into
        valid_seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not cache.add(f"totp.used.{self.user.pk}.{code}", "y", timeout=valid_seconds):
            raise get_adapter().validation_error("incorrect_code")
        used.rollback()
        return code


class TwoFactorForm(_OneTimeCodeMixin, AuthenticateForm):
    """The second step of signing in."""


class TwoFactorReauthenticateForm(_OneTimeCodeMixin, ReauthenticateForm):
    """The proof asked for before a change to 2FA itself."""


class AddPasskeyForm(AddWebAuthnForm):
    """Name a passkey, and let it sign in alone or as a second step."""

    passwordless = forms.BooleanField(
        label=_("Passwordless"),
        required=False,
        help_text=_(
            "Sign in with this passkey alone. Your device then asks for its PIN, your fingerprint "
            "or your face."
        ),
    )
