"""Services that page agents: PagerDuty, Jira Service Management, a signed webhook, or email."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.logins.sealing import seal, unseal
from accounts.models import DeskModel
from accounts.models.fields import LineField
from accounts.network.addresses import get_destination_error
from channels_intake.models.code_hosts import new_hook_token
from channels_intake.models.code_links import EventState


class PagingKind(models.TextChoices):
    PAGERDUTY = "pagerduty", _("PagerDuty (Events API v2)")
    JSM = "jsm", _("Jira Service Management Operations")
    WEBHOOK = "webhook", _("Signed webhook")
    EMAIL = "email", _("Email to the alerted agents")


DEFAULT_URLS = {
    PagingKind.PAGERDUTY.value: "https://events.pagerduty.com",
    PagingKind.JSM.value: "https://api.atlassian.com",
}


class PagingService(DeskModel):
    """A service that gets the alerts of escalation ladders. Its secret is stored encrypted.

    All get the steps that page who is on call. Email also goes to agents whom other steps alert.
    """

    name = LineField(_("name"), max_length=60)
    kind = models.CharField(_("service"), max_length=10, choices=PagingKind.choices)
    url = models.URLField(
        _("URL"),
        blank=True,
        default="",
        help_text=_(
            "Where the webhook is sent. For PagerDuty in the EU service region, "
            "https://events.eu.pagerduty.com. Leave empty for the service's usual address."
        ),
    )
    sealed_secret = models.TextField(editable=False, default="")
    sealed_webhook_secret = models.TextField(editable=False, default="")
    hook_token = models.CharField(max_length=40, editable=False, default=new_hook_token)
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("Only tickets of this department. Leave empty for all."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("paging service")
        verbose_name_plural = _("paging services")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="paging_name_unique",
                violation_error_message=_("There is already a service with this name."),
            ),
            models.UniqueConstraint(fields=["desk", "hook_token"], name="paging_hook_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        self.url = self.url.rstrip("/") if self.kind != PagingKind.WEBHOOK else self.url
        if self.kind == PagingKind.WEBHOOK and not self.url:
            problems["url"] = _("Enter the URL of the webhook.")
        elif self.url and (problem := get_destination_error(self.url)):
            problems["url"] = problem
        if problems:
            raise ValidationError(problems)

    def enter_secret(self, secret: str, *, webhook_secret: str = "") -> None:
        """Encrypt new secrets; an empty text keeps the stored one. The caller saves."""
        if secret:
            self.sealed_secret = seal(secret)
        if webhook_secret:
            self.sealed_webhook_secret = seal(webhook_secret)

    @property
    def secret(self) -> str:
        """The integration key or signing secret. Raises UnsealError."""
        return unseal(self.sealed_secret) if self.sealed_secret else ""

    @property
    def webhook_secret(self) -> str:
        """The secret with which the service signs its webhooks. Raises UnsealError."""
        return unseal(self.sealed_webhook_secret) if self.sealed_webhook_secret else ""

    @property
    def base_url(self) -> str:
        """The service's address, without a path except for a webhook."""
        return self.url or DEFAULT_URLS.get(self.kind, "")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""


class PageReason(models.TextChoices):
    """Reasons for setting aside an event of a paging service."""

    UNREADABLE = "unreadable", _("The body isn't an event as PagerDuty documents it.")
    UNKNOWN_ALERT = "unknown_alert", _("The incident isn't about an alert of this service.")
    OVER = "over", _("The alert that it is about was already resolved.")
    FAILED = "failed", _("Processing failed. The error is in the log.")


class PageEvent(DeskModel):
    """An event as a paging service sent it, stored before it is processed.

    sha256: of the body, which is what the service signs: the same body is accepted only once.
    """

    service = models.ForeignKey(
        PagingService,
        on_delete=models.CASCADE,
        related_name="events",
        db_index=False,
        verbose_name=_("service"),
    )
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64, editable=False)
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"), max_length=9, choices=EventState.choices, default=EventState.RECEIVED
    )
    reason = models.CharField(
        _("reason"), max_length=13, choices=PageReason.choices, blank=True, default=""
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))

    class Meta:
        verbose_name = _("event of a paging service")
        verbose_name_plural = _("events of paging services")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["service", "sha256"], name="page_event_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state="received"),
                name="page_event_due",
            ),
            models.Index(fields=["received_at"], name="page_event_by_age"),
            models.Index(fields=["desk", "-id"], name="page_event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.sha256[:8]}"
