"""Invitations to become an agent or a contact of a desk (M83)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import DeskModel
from accounts.models.fields import LineField


class InvitedAs(models.TextChoices):
    """Kinds of invitations: to become an agent or a contact."""

    AGENT = "agent", _("Agent")
    CONTACT = "contact", _("Contact")


class Invitation(DeskModel):
    """An invitation for one address. Only the email holds the token; the row holds its SHA-256."""

    email = models.EmailField(_("email address"))
    name = LineField(_("name"), max_length=120, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=8, choices=InvitedAs.choices)
    role = models.CharField(
        _("role"), max_length=18, help_text=_("A role of agents or of contacts, by kind.")
    )
    level = models.CharField(
        _("level"), max_length=4, blank=True, default="", help_text=_("Agents only.")
    )
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    token_hash = models.CharField(
        _("token hash"), max_length=64, unique=True, help_text=_("SHA-256 of the token, in hex.")
    )
    invited_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [models.Index(fields=["desk", "email"], name="invitation_of_address")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(email=""), name="invitation_has_email")
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.kind}"
