"""Handles: who a contact is at networks outside of email, such as Facebook or a phone number."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.base import DeskModel
from accounts.models.customers import Contact
from accounts.models.fields import LineField
from accounts.models.people import Agent


class Network(models.TextChoices):
    """Networks that name people by IDs of their own."""

    PHONE = "phone", _("Phone")
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    X = "x", "X (Twitter)"
    ROCKETCHAT = "rocketchat", "Rocket.Chat"
    MESSENGER = "messenger", _("Website messenger")
    GOOGLE_PLAY = "google_play", "Google Play"
    APP_STORE = "app_store", "App Store"
    WHATSAPP = "whatsapp", "WhatsApp"
    TELEGRAM = "telegram", "Telegram"


class HandleProof(models.TextChoices):
    """Reasons why a handle counts as the contact's own. Without one, it joins no account."""

    NONE = "", pgettext_lazy("verification of an identity", "Not verified")
    PORTAL = "portal", pgettext_lazy("verification of an identity", "Signed in")
    EMAIL = "email", pgettext_lazy("verification of an identity", "Verified email address")
    AGENT = "agent", pgettext_lazy("verification of an identity", "Confirmed by an agent")


MAX_ID = 20  # longest ID that is shown in full: those of X have 19 digits


def name_handle(name: str, external_id: str) -> str:
    """Return how a person at a network is called: by name, or by an ID that can be read."""
    is_long = len(external_id) > MAX_ID
    return name or (f"{external_id[: MAX_ID - 4]}…" if is_long else external_id)


class ContactHandle(DeskModel):
    """A person's ID at a network. It never belongs to an account by its name.

    scope: whose IDs these are, where a network gives each page or app other ones; "" if they are
    the network's. name: as people are shown there, changed by them at any time.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="handles", verbose_name=_("contact")
    )
    network = models.CharField(_("network"), max_length=12, choices=Network.choices)
    scope = models.CharField(max_length=100, default="", editable=False)
    external_id = models.CharField(_("ID"), max_length=190)
    name = LineField(_("name"), max_length=120, blank=True, default="")
    proof = models.CharField(
        _("verification"),
        max_length=6,
        choices=HandleProof.choices,
        blank=True,
        default=HandleProof.NONE,
    )
    proven_at = models.DateTimeField(_("verified"), null=True)
    proven_by = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    reason = LineField(_("reason"), max_length=250, blank=True, default="")
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("contact identity")
        verbose_name_plural = _("contact identities")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "network", "scope", "external_id"], name="contact_handle_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_network_display()}: {name_handle(self.name, self.external_id)}"
