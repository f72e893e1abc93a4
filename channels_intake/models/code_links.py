"""Issues, pull requests and commits of defects, and what code hosts report about them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from channels_intake.code_hosts.reasons import describe_reason
from channels_intake.models.code_hosts import CodeHost, HostKind
from tickets.models import Defect


class LinkKind(models.TextChoices):
    ISSUE = "issue", _("Issue")
    PULL = "pull", _("Pull request")
    COMMIT = "commit", _("Commit")


class LinkState(models.TextChoices):
    CREATING = "creating", pgettext_lazy("issue", "Being created")
    FAILED = "failed", pgettext_lazy("issue", "Not created")
    OPEN = "open", pgettext_lazy("issue", "Open")
    CLOSED = "closed", pgettext_lazy("issue", "Closed")
    MERGED = "merged", pgettext_lazy("issue", "Merged")


class CodeLink(DeskModel):
    """An issue, pull request or commit of a defect, as the code host last described it.

    seen_at: the host's own time of that description; an older one is ignored. sha: of the commit
    that merged a pull request, or the commit itself. problem: why an issue couldn't be created.
    """

    defect = models.ForeignKey(
        Defect, on_delete=models.CASCADE, related_name="code_links", verbose_name=_("defect")
    )
    host = models.ForeignKey(
        CodeHost,
        on_delete=models.CASCADE,
        related_name="links",
        db_index=False,
        verbose_name=_("repository"),
    )
    kind = models.CharField(_("kind"), max_length=6, choices=LinkKind.choices)
    number = models.BigIntegerField(_("number"), null=True)
    title = LineField(_("title"), max_length=300, blank=True, default="")
    url = models.URLField(_("URL"), max_length=500, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=LinkState.choices)
    problem = LineField(_("problem"), max_length=500, blank=True, default="")
    labels = models.JSONField(_("labels"), default=list)
    assignee = LineField(_("assignee"), max_length=100, blank=True, default="")
    branch = LineField(_("branch"), max_length=200, blank=True, default="")
    sha = models.CharField(_("commit"), max_length=64, blank=True, default="")
    merged_at = models.DateTimeField(_("merged"), null=True)
    seen_at = models.DateTimeField(_("changed"), null=True)
    created_at = models.DateTimeField(_("linked"))
    created_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("linked by"),
        help_text=_("Empty if a mention linked it."),
    )

    class Meta:
        verbose_name = _("issue or pull request")
        verbose_name_plural = _("issues and pull requests")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["host", "kind", "number", "defect"], name="code_link_once"
            ),
            models.UniqueConstraint(
                fields=["host", "sha", "defect"],
                condition=models.Q(kind="commit"),
                name="code_link_commit_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The reference as its code host writes it, such as "acme/server#12"."""
        if self.kind == LinkKind.COMMIT:
            return f"{self.host.repository}@{self.sha[:8]}"
        if self.number is None:
            return self.host.repository
        is_merge_request = self.kind == LinkKind.PULL and self.host.kind == HostKind.GITLAB
        return f"{self.host.repository}{'!' if is_merge_request else '#'}{self.number}"


class CodeRelease(DeskModel):
    """A published release, until it is known which commits it contains, and afterwards.

    is_public: everyone can open its page. Customers are given no other.
    """

    host = models.ForeignKey(
        CodeHost, on_delete=models.CASCADE, related_name="releases", db_index=False
    )
    tag = LineField(_("tag"), max_length=200)
    url = models.URLField(_("URL"), max_length=500, blank=True, default="")
    is_public = models.BooleanField(default=False)
    published_at = models.DateTimeField(_("published"))
    is_due = models.BooleanField(default=True)  # its commits must be compared with merged ones
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))
    problem = LineField(_("problem"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("release of a repository")
        verbose_name_plural = _("releases of repositories")
        ordering = ["-published_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["host", "tag"], name="code_release_once")]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(is_due=True), name="code_release_due"
            )
        ]

    def __str__(self) -> str:
        return self.tag


class EventState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("event of a code host", "Received")
    PROCESSED = "processed", pgettext_lazy("event of a code host", "Processed")
    SET_ASIDE = "set_aside", pgettext_lazy("event of a code host", "Not processed")


class CodeEvent(DeskModel):
    """An event as a code host sent it, stored before it is processed.

    delivery_id: the host's own. sha256: of the body; GitHub signs neither a time nor the delivery
    ID, so the same body is accepted only once.
    """

    host = models.ForeignKey(
        CodeHost,
        on_delete=models.CASCADE,
        related_name="events",
        db_index=False,
        verbose_name=_("repository"),
    )
    delivery_id = models.CharField(_("delivery ID"), max_length=100)
    name = LineField(_("event"), max_length=60)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64, editable=False)
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"), max_length=9, choices=EventState.choices, default=EventState.RECEIVED
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True, default="")
    reason_data = models.JSONField(blank=True, default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))

    class Meta:
        verbose_name = _("event of a code host")
        verbose_name_plural = _("events of code hosts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["host", "delivery_id"], name="code_event_once"),
            models.UniqueConstraint(fields=["host", "sha256"], name="code_event_body_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state="received"),
                name="code_event_due",
            ),
            models.Index(fields=["received_at"], name="code_event_by_age"),
            models.Index(fields=["desk", "-id"], name="code_event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.delivery_id}"

    @property
    def explanation(self) -> str:
        """The reason as a sentence in the active language, or ""."""
        return describe_reason(self.reason, self.reason_data)
