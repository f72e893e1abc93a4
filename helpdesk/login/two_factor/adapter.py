"""The adapter of allauth.mfa."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from accounts.logins.sealing import seal, unseal
from helpdesk.login.adapter import get_site_name


class TwoFactorAdapter(DefaultMFAAdapter):
    """Seal secrets at rest and name the desk in the user's authenticator app."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code isn't right. Check it and try again."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return get_site_name()
