"""API tokens: how a program signs in as a person or as a service account."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.base import DeskModel
from accounts.models.fields import LineField

DEFAULT_TOKEN_DAYS = 90
DEFAULT_REQUESTS_PER_MINUTE = 600
MAX_REQUESTS_PER_MINUTE = 6000


class Resource(models.TextChoices):
    """Parts of the API, for scopes such as "tickets:read" (accounts/tokens/scopes.py)."""

    TICKETS = "tickets", _("Tickets, messages and notes")
    CUSTOMERS = "customers", _("Accounts and contacts")
    DEFECTS = "defects", _("Defects and feedback")
    STAFF = "staff", _("Agents, shifts and on-call")
    SETTINGS = "settings", _("Settings of the help desk")
    WEBHOOKS = "webhooks", _("Webhooks and the event feed")
    EXPORTS = "exports", _("Exports")
    IMPORTS = "imports", _("Imports")
    AUDIT = "audit", _("Audit log")


class ApiToken(DeskModel):
    """A token of an agent. The row holds the SHA-256 of its secret, which is shown only once.

    The agent is a person, or a service account (``Agent.is_service``). previous_hash: the secret
    before the rotation, which works until previous_until.
    """

    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("agent"),
    )
    name = LineField(
        _("name"), max_length=80, help_text=_("What uses this token, such as “Nightly report”.")
    )
    token_hash = models.CharField(max_length=64, editable=False)
    hint = models.CharField(_("begins with"), max_length=20, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    passed_two_factor = models.BooleanField(
        _("made with two-factor authentication"), default=False, editable=False
    )
    requests_per_minute = models.PositiveIntegerField(
        _("requests per minute"),
        default=DEFAULT_REQUESTS_PER_MINUTE,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_REQUESTS_PER_MINUTE)],
    )
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    last_ip = models.GenericIPAddressField(_("last IP address"), null=True, editable=False)
    previous_hash = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    previous_until = models.DateTimeField(
        _("previous secret works until"), null=True, editable=False
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    # Columns that no page, export or log may show.
    SECRETS: ClassVar[tuple[str, ...]] = ("token_hash", "previous_hash")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        indexes = [models.Index(fields=["desk", "agent"], name="api_token_of_agent")]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="api_token_hash_unique"),
            models.UniqueConstraint(fields=["previous_hash"], name="api_token_previous_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_usable(self, at: datetime) -> bool:
        """Return True unless the token was revoked or has expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)

    def describe_state(self, at: datetime) -> str:
        """Return the state in words, such as "Expired"."""
        if self.revoked_at is not None:
            return str(pgettext_lazy("API token", "Revoked"))
        if not self.is_usable(at):
            return str(pgettext_lazy("API token", "Expired"))
        return str(pgettext_lazy("API token", "Active"))
