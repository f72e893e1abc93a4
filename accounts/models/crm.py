"""The desk's CRM: how it is reached, each pull of it, and what could not be taken (M38, M39)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from accounts.crm.mapping import DEFAULT_MAPPING, check_mapping
from accounts.logins.sealing import seal, unseal
from accounts.models.base import DeskModel
from accounts.network.addresses import get_url_error


def default_mapping() -> dict[str, Any]:
    """The mapping that a new connection starts with: Zoho's own fields."""
    return {key: dict(part) for key, part in DEFAULT_MAPPING.items()}


class ConnectionState(models.TextChoices):
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    REFUSED = "refused", "Refused by the CRM"


class CrmConnection(DeskModel):
    """A desk's access to its CRM. Secrets are stored sealed and never shown; see `enter_secrets`."""

    provider = models.CharField(max_length=10, choices=[("zoho", "Zoho CRM")], default="zoho")
    accounts_url = models.URLField(
        "sign-in address",
        default="https://accounts.zoho.com",
        help_text="Of the data centre, such as .eu.",
    )
    api_url = models.URLField("API address", default="https://www.zohoapis.com")
    client_id = models.CharField(max_length=100)
    sealed_client_secret = models.TextField(editable=False, default="")
    sealed_refresh_token = models.TextField(editable=False, default="")
    sealed_access_token = models.TextField(editable=False, default="")
    access_token_until = models.DateTimeField(null=True, editable=False)
    mapping = models.JSONField(
        default=default_mapping,
        help_text="Our fields and the CRM's; what is not named is never touched.",
    )
    state = models.CharField(
        max_length=8, choices=ConnectionState.choices, default=ConnectionState.ACTIVE
    )
    error = models.TextField(blank=True, default="", editable=False)
    since = models.DateTimeField(
        null=True,
        editable=False,
        help_text="The next pull asks for what changed since then; empty for all.",
    )
    next_try_at = models.DateTimeField(null=True, editable=False)
    notify_url = models.URLField(
        blank=True,
        default="",
        help_text="Where the CRM tells of changes at once; empty for not at all.",
    )
    channel_id = models.CharField(max_length=20, blank=True, default="", editable=False)
    sealed_channel_token = models.TextField(editable=False, default="")
    channel_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["id"]
        verbose_name = "CRM connection"
        indexes = [models.Index(fields=["state", "next_try_at"], name="crm_connection_due")]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} at {self.api_url}"

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        for field in ("accounts_url", "api_url"):
            url = getattr(self, field).rstrip("/")
            setattr(self, field, url)
            host = url.split("://")[-1].split("/")[0].split(":")[0].lower()
            if problem := get_url_error(url, {host}):
                problems[field] = problem
        if unfit := check_mapping(self.mapping):
            problems["mapping"] = unfit
        if problems:
            raise ValidationError(problems)

    def enter_secrets(self, *, client_secret: str = "", refresh_token: str = "") -> None:
        """Seal what was entered; an empty one leaves the stored one. The caller saves."""
        if client_secret:
            self.sealed_client_secret = seal(client_secret)
        if refresh_token:
            self.sealed_refresh_token = seal(refresh_token)
        if client_secret or refresh_token:
            self.sealed_access_token, self.access_token_until = "", None

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
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class CrmPull(DeskModel):
    """One pull, page by page. Step and page token are committed with the rows of each page, so that a pull
    that was killed goes on where it stood."""

    connection = models.ForeignKey(CrmConnection, on_delete=models.CASCADE, related_name="pulls")
    state = models.CharField(max_length=8, choices=PullState.choices, default=PullState.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    since = models.DateTimeField(
        null=True, help_text="Only what changed since then; empty for all."
    )
    step = models.PositiveSmallIntegerField(default=0)
    page_token = models.CharField(max_length=500, default="")
    pages = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Failed asks in a row.")
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    error = models.TextField(default="")
    report = models.JSONField(
        default=list, help_text="The first changes, each with record, name and fields."
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = "CRM pull"
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
    """A record of the CRM stands for this account or contact here."""

    connection = models.ForeignKey(CrmConnection, on_delete=models.CASCADE, related_name="links")
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
        help_text="Domains and products that the CRM gave; only these does it take away again.",
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
    """A record that could not be taken, and why. The row goes when the record is taken."""

    connection = models.ForeignKey(
        CrmConnection, on_delete=models.CASCADE, related_name="set_asides"
    )
    pull = models.ForeignKey(
        CrmPull, on_delete=models.SET_NULL, null=True, help_text="The last that could not take it."
    )
    module = models.CharField(max_length=20)
    record_id = models.CharField(max_length=40)
    name = models.CharField(max_length=254)
    reason = models.TextField()
    may_heal = models.BooleanField(
        default=True, help_text="Asked for again with each pull: the reason may go away here."
    )
    first_at = models.DateTimeField()

    class Meta:
        ordering = ["module", "record_id"]
        verbose_name = "CRM record set aside"
        verbose_name_plural = "CRM records set aside"
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "module", "record_id"], name="crm_set_aside_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or self.record_id}: {self.reason}"


class CrmMark(DeskModel):
    """A record that the CRM said has changed; the next pull asks for it by its id."""

    connection = models.ForeignKey(CrmConnection, on_delete=models.CASCADE, related_name="marks")
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
