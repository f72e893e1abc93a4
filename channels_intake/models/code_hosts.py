"""A desk's repositories at GitHub and GitLab, and the rules that move its defects."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.logins.sealing import seal, unseal
from accounts.models import DeskModel
from accounts.models.fields import LineField
from accounts.network.addresses import get_destination_error
from tickets.models import Stage


class HostKind(models.TextChoices):
    GITHUB = "github", "GitHub"
    GITLAB = "gitlab", "GitLab"


DEFAULT_URLS = {
    HostKind.GITHUB: "https://api.github.com",
    HostKind.GITLAB: "https://gitlab.com",
}


def new_hook_token() -> str:
    """Return the unguessable part of a webhook's URL."""
    return secrets.token_urlsafe(24)


class SignIn(models.TextChoices):
    """How Plumbline signs in to a code host. Only GitHub has apps."""

    TOKEN = "token", _("Access token")
    APP = "app", _("GitHub App")


class CodeHost(DeskModel):
    """One repository at GitHub or GitLab. Secrets are stored encrypted and never shown.

    sealed_app_token: what the app's key got from GitHub, until app_token_until.
    """

    kind = models.CharField(
        _("code host"), max_length=8, choices=HostKind.choices, default=HostKind.GITHUB
    )
    api_url = models.URLField(
        _("URL"),
        blank=True,
        default="",
        help_text=_(
            "Leave empty for github.com and gitlab.com. GitHub Enterprise Server:"
            " https://HOST/api/v3. GitLab Self-Managed: https://HOST."
        ),
    )
    repository = LineField(
        _("repository"),
        max_length=200,
        help_text=_("Such as acme/server. On GitLab, include all groups."),
    )
    labels = LineField(
        _("labels of new issues"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("Separated by commas."),
    )
    names_customers = models.BooleanField(
        _("name customers"),
        default=False,
        help_text=_("Name the affected accounts in new issues. Turn this off for public projects."),
    )
    sign_in = models.CharField(
        _("sign-in"), max_length=5, choices=SignIn.choices, default=SignIn.TOKEN
    )
    sealed_token = models.TextField(editable=False, default="")
    app_id = LineField(
        _("client ID or app ID"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("Of the GitHub App, on its settings page."),
    )
    installation_id = models.BigIntegerField(
        _("installation ID"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("The number at the end of the URL of the app's installation."),
    )
    sealed_private_key = models.TextField(editable=False, default="")
    sealed_app_token = models.TextField(editable=False, default="")
    app_token_until = models.DateTimeField(null=True, editable=False)
    sealed_webhook_secret = models.TextField(editable=False, default="")
    hook_token = models.CharField(max_length=40, editable=False, default=new_hook_token)
    is_paused = models.BooleanField(
        _("paused"),
        default=False,
        help_text=_("While paused, calls and events wait. Afterwards, all continue in order."),
    )
    problem = LineField(_("problem"), max_length=500, blank=True, default="", editable=False)
    checked_at = models.DateTimeField(_("last response"), null=True, editable=False)
    last_event_at = models.DateTimeField(_("last event"), null=True, editable=False)

    class Meta:
        verbose_name = _("repository")
        verbose_name_plural = _("repositories")
        ordering = ["repository", "id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "hook_token"], name="code_host_hook_once"),
            models.UniqueConstraint(
                fields=["desk", "kind", "api_url", "repository"], name="code_host_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.repository}"

    def clean(self) -> None:
        self.api_url = self.api_url.rstrip("/")
        self.repository = self.repository.strip().strip("/")
        problems: dict[str, Any] = {}
        if problem := get_destination_error(self.base_url):
            problems["api_url"] = problem
        parts = self.repository.split("/")
        if len(parts) < 2 or not all(parts) or any(part.startswith(".") for part in parts):
            problems["repository"] = _("Write it as owner/repository.")
        if problems:
            raise ValidationError(problems)

    def forget_access(self) -> None:
        """Drop what was entered for another address. The caller saves."""
        self.sealed_token = self.sealed_private_key = ""

    def enter_secrets(
        self, *, token: str = "", private_key: str = "", webhook_secret: str = ""
    ) -> None:
        """Encrypt new secrets; an empty text keeps the stored one. The caller saves.

        The app's token is dropped: the app, its key or the repository may be another one.
        """
        self.sealed_app_token, self.app_token_until = "", None
        if token:
            self.sealed_token = seal(token)
        if private_key:
            self.sealed_private_key = seal(private_key)
        if webhook_secret:
            self.sealed_webhook_secret = seal(webhook_secret)

    @property
    def base_url(self) -> str:
        return self.api_url or DEFAULT_URLS[HostKind(self.kind)]

    @property
    def token(self) -> str:
        return unseal(self.sealed_token)

    @property
    def private_key(self) -> str:
        return unseal(self.sealed_private_key)

    @property
    def app_token(self) -> str:
        return unseal(self.sealed_app_token)

    @property
    def webhook_secret(self) -> str:
        return unseal(self.sealed_webhook_secret)


class CodeTrigger(models.TextChoices):
    """Events at a code host that can move a defect, and the causes in its history."""

    PULL_OPENED = "pull_request.opened", _("Pull request opened")
    PULL_MERGED = "pull_request.merged", _("Pull request merged")
    ISSUE_CLOSED = "issue.closed", _("Issue closed")
    RELEASED = "release.published", _("Release that contains the fix published")


class StageRule(DeskModel):
    """A desk's rule: which event at a code host moves defects to which stage."""

    host = models.ForeignKey(
        CodeHost,
        on_delete=models.CASCADE,
        related_name="rules",
        db_index=False,
        verbose_name=_("repository"),
    )
    trigger = models.CharField(_("event"), max_length=20, choices=CodeTrigger.choices)
    pattern = LineField(
        _("branch or tag"),
        max_length=100,
        blank=True,
        default="",
        help_text=_("Such as release-9.* or v10.*. Leave empty for all."),
    )
    line = models.ForeignKey(
        "accounts.ProductLine",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product line"),
        help_text=_("The line that a release is for. Leave empty for all lines."),
    )
    stage = models.CharField(
        _("new stage"),
        max_length=12,
        choices=[
            (stage.value, stage.label)
            for stage in (Stage.CONFIRMED, Stage.PLANNED, Stage.IN_PROGRESS, Stage.TESTED)
        ],
        blank=True,
        default="",
        help_text=_("Releases always move defects to Released."),
    )

    class Meta:
        verbose_name = _("rule for stages")
        verbose_name_plural = _("rules for stages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["host", "trigger", "pattern"], name="stage_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_trigger_display()} {self.pattern}".strip()

    def clean(self) -> None:
        is_release = self.trigger == CodeTrigger.RELEASED
        if is_release:
            self.stage = ""
        elif not self.stage:
            raise ValidationError(
                {"stage": _("Choose the stage that this event moves defects to.")}
            )
        if self.line and not is_release:
            raise ValidationError({"line": _("Only releases have a product line.")})
