"""The adapter of allauth.mfa."""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter

from accounts.logins.sealing import seal, unseal


class TwoFactorAdapter(DefaultMFAAdapter):
    """Secrets sealed at rest; the desk's name in the person's authenticator app."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def _get_site_name(self) -> str:
        desk = getattr(context.request, "desk", None)
        return desk.name if desk else "Plumbline"
