"""The forms that take an app's code, each code once for as long as it is good."""

from __future__ import annotations

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.cache import cache


class _OnceMixin:
    """django-allauth remembers a code for one step; with MFA_TOTP_TOLERANCE it is good for more (RFC 6238, 5.2)."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc]
        good_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)  # seconds
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not cache.add(f"totp.used.{self.user.pk}.{code}", "y", timeout=good_for):
            raise get_adapter().validation_error("incorrect_code")
        return code


class TwoFactorForm(_OnceMixin, AuthenticateForm):
    """The second step of a log-in."""


class TwoFactorReauthenticateForm(_OnceMixin, ReauthenticateForm):
    """Before a change of the second factor itself."""
