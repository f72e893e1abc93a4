"""Who was asked to come in: an invitation to be an agent or a contact of a desk."""

from __future__ import annotations

from django.db import models

from accounts.models.base import DeskModel


class InvitedAs(models.TextChoices):
    AGENT = "agent", "Agent"
    CONTACT = "contact", "Contact"


class Invitation(DeskModel):
    """An invitation for one address. The token itself stands in the mail only; here stands its SHA-256."""

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=8, choices=InvitedAs.choices)
    role = models.CharField(max_length=18, help_text="A Role or a ContactRole, as the kind says.")
    level = models.CharField(max_length=4, blank=True, default="", help_text="Of an agent.")
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    token_hash = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the token, in hex."
    )
    invited_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["desk", "email"], name="invitation_of_address")]

    def __str__(self) -> str:
        return f"{self.email} as {self.kind}"
