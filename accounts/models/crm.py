"""A desk's CRM: the connection, its pulls, and the records that were skipped (M38, M39)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.crm.mapping import DEFAULT_MAPPING, check_mapping
from accounts.crm.reasons import describe_reason
from accounts.logins.sealing import seal, unseal
from accounts.models.base import DeskModel
from accounts.models.crm_errors import ErrorRow
from accounts.models.fields import LineField
from accounts.network.addresses import get_destination_error


def default_mapping() -> dict[str, Any]:
    """Return the mapping of a new connection: Zoho's standard fields."""
    return {key: dict(part) for key, part in DEFAULT_MAPPING.items()}


class ConnectionState(models.TextChoices):
    """States of a connection: active, paused by an admin, or rejected by the CRM."""

    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    REFUSED = "refused", _("Refused by the CRM")


class CrmConnection(ErrorRow):
    """A desk's connection to its CRM. Secrets are stored encrypted and never shown."""

    provider = models.CharField(
        _("CRM"), max_length=10, choices=[("zoho", "Zoho CRM")], default="zoho"
    )
    accounts_url = models.URLField(
        _("sign-in URL"),
        default="https://accounts.zoho.com",
        help_text=_("Depends on the data center, such as accounts.zoho.eu."),
    )
    api_url = models.URLField(_("API URL"), default="https://www.zohoapis.com")
    client_id = models.CharField(_("client ID"), max_length=100)
    sealed_client_secret = models.TextField(editable=False, default="")
    sealed_refresh_token = models.TextField(editable=False, default="")
    sealed_access_token = models.TextField(editable=False, default="")
    access_token_until = models.DateTimeField(null=True, editable=False)
    mapping = models.JSONField(
        _("field mapping"),
        default=default_mapping,
        help_text=_("Fields here and in the CRM. Fields that are not listed are never changed."),
    )
    state = models.CharField(
        _("state"), max_length=8, choices=ConnectionState.choices, default=ConnectionState.ACTIVE
    )
    since = models.DateTimeField(
        _("changed since"),
        null=True,
        editable=False,
        help_text=_(
            "The next pull gets records changed since this time. If empty, it gets all records."
        ),
    )
    next_try_at = models.DateTimeField(_("next try"), null=True, editable=False)
    notify_url = models.URLField(
        _("notification URL"),
        blank=True,
        default="",
        help_text=_(
            "The CRM sends change notifications to this URL. Leave empty to turn them off."
        ),
    )
    channel_id = models.CharField(max_length=20, blank=True, default="", editable=False)
    sealed_channel_token = models.TextField(editable=False, default="")
    channel_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["id"]
        verbose_name = _("CRM connection")
        verbose_name_plural = _("CRM connections")
        indexes = [models.Index(fields=["state", "next_try_at"], name="crm_connection_due")]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} ({self.api_url})"

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        for field in ("accounts_url", "api_url"):
            url = getattr(self, field).rstrip("/")
            setattr(self, field, url)
            if problem := get_destination_error(url):
                problems[field] = problem
        if unfit := check_mapping(self.mapping):
            problems["mapping"] = unfit
        if problems:
            raise ValidationError(problems)

    def enter_secrets(self, *, client_secret: str = "", refresh_token: str = "") -> None:
        """Encrypt new secrets; an empty text keeps the stored one. The caller saves."""
        if client_secret:
            self.sealed_client_secret = seal(client_secret)
        if refresh_token:
            self.sealed_refresh_token = seal(refresh_token)
        if client_secret or refresh_token:
            self.sealed_access_token, self.access_token_until = "", None

    @property
    def is_paused(self) -> bool:
        return self.state == ConnectionState.PAUSED

    @property
    def client_secret(self) -> str:
        return unseal(self.sealed_client_secret)

    @property
    def refresh_token(self) -> str:
        return unseal(self.sealed_refresh_token)

    @property
    def access_token(self) -> str:
        return unseal(self.sealed_access_token)

    @property
    def channel_token(self) -> str:
        return unseal(self.sealed_channel_token)


class PullState(models.TextChoices):
    """Progress of a pull."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class CrmPull(ErrorRow):
    """One pull of the CRM, page by page.

    The step and the page token are committed with the rows of each page, so that a pull that was
    killed continues where it stopped.
    """

    connection = models.ForeignKey(
        CrmConnection,
        on_delete=models.CASCADE,
        related_name="pulls",
        verbose_name=_("connection"),
    )
    state = models.CharField(
        _("state"), max_length=8, choices=PullState.choices, default=PullState.RUNNING
    )
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    since = models.DateTimeField(
        _("changed since"),
        null=True,
        help_text=_("Pulls records changed since this time. If empty, pulls all records."),
    )
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    page_token = models.CharField(_("page token"), max_length=500, default="")
    pages = models.PositiveIntegerField(_("pages"), default=0)
    tries = models.PositiveSmallIntegerField(
        _("failed tries"), default=0, help_text=_("Failed requests in a row.")
    )
    created = models.PositiveIntegerField(_("created"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    set_aside = models.PositiveIntegerField(_("skipped"), default=0)
    report = models.JSONField(
        _("report"), default=list, help_text=_("The first changes, with record, name and fields.")
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("CRM pull")
        verbose_name_plural = _("CRM pulls")
        indexes = [models.Index(fields=["desk", "connection", "-id"], name="crm_pull_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(state="running"),
                name="crm_pull_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Pull of {self.started_at:%Y-%m-%d %H:%M}"


class CrmLink(DeskModel):
    """Link between a CRM record and the account or contact imported from it."""

    connection = models.ForeignKey(
        CrmConnection, on_delete=models.CASCADE, related_name="links", db_index=False
    )
    module = models.CharField(max_length=20)
    record_id = models.CharField(max_length=40)
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, null=True, related_name="crm_links"
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, null=True, related_name="crm_links"
    )
    given = models.JSONField(
        default=dict,
        help_text=_("Domains and products from the CRM. Only the CRM sync removes them."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "module", "record_id"], name="crm_link_record_once"
            ),
            models.UniqueConstraint(fields=["connection", "account"], name="crm_link_account_once"),
            models.UniqueConstraint(fields=["connection", "contact"], name="crm_link_contact_once"),
            models.CheckConstraint(
                condition=models.Q(account__isnull=False) ^ models.Q(contact__isnull=False),
                name="crm_link_one_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.record_id}"


class CrmSetAside(DeskModel):
    """A CRM record that was skipped, and why. The row is deleted when the record is imported.

    `reason` is a code of accounts/crm/reasons.py, `reason_data` the parameters of its sentence.
    """

    connection = models.ForeignKey(
        CrmConnection,
        on_delete=models.CASCADE,
        related_name="set_asides",
        db_index=False,
        verbose_name=_("connection"),
    )
    pull = models.ForeignKey(
        CrmPull,
        on_delete=models.SET_NULL,
        null=True,
        verbose_name=_("CRM pull"),
        help_text=_("The last pull that skipped the record."),
    )
    module = models.CharField(_("module"), max_length=20)
    record_id = models.CharField(_("record ID"), max_length=40)
    name = LineField(_("name"), max_length=254)
    reason = models.CharField(_("reason"), max_length=40, blank=True, default="")
    reason_data = models.JSONField(blank=True, default=dict)
    may_heal = models.BooleanField(
        _("tried again"),
        default=True,
        help_text=_("Each pull retries this record, because a change here can fix it."),
    )
    first_at = models.DateTimeField(_("first skipped at"))

    class Meta:
        ordering = ["module", "record_id"]
        verbose_name = _("skipped CRM record")
        verbose_name_plural = _("skipped CRM records")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "module", "record_id"], name="crm_set_aside_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or self.record_id}: {self.explanation}"

    @property
    def explanation(self) -> str:
        """The reason as a sentence in the active language, or ""."""
        return describe_reason(self.reason, self.reason_data)


class CrmMark(DeskModel):
    """A record that the CRM reported as changed. The next pull reads it by its ID."""

    connection = models.ForeignKey(
        CrmConnection, on_delete=models.CASCADE, related_name="marks", db_index=False
    )
    module = models.CharField(max_length=20)
    record_id = models.CharField(max_length=40)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "module", "record_id"], name="crm_mark_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.record_id}"
