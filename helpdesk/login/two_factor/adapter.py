"""The adapter of allauth.mfa."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.logins.sealing import seal, unseal
from helpdesk.login.adapter import get_site_name


class TwoFactorAdapter(DefaultMFAAdapter):
    """Seal secrets at rest and name the desk in the user's authenticator app."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code isn't right. Check it and try again."),
    }

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Suggest a name for the user's next passkey: "Passkey", "Passkey 2" …"""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        if number == 1:
            return gettext("Passkey")
        return gettext("Passkey %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return get_site_name()
