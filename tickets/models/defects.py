"""Defects: problems in a product, shared by all tickets of a desk that they cause (M99-M103)."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField
from accounts.texts import find_translation
from tickets.models.tickets import Ticket
from tickets.models.troubleshooting import Gathered


class Severity(models.TextChoices):
    """How bad a defect is for the customers it affects."""

    CRITICAL = "critical", pgettext_lazy("severity of a defect", "Critical")
    MAJOR = "major", pgettext_lazy("severity of a defect", "Major")
    MODERATE = "moderate", pgettext_lazy("severity of a defect", "Moderate")
    MINOR = "minor", pgettext_lazy("severity of a defect", "Minor")


class Stage(models.TextChoices):
    """Stages of a defect, in their order. The desk can rename them (StageSetting)."""

    REPORTED = "reported", pgettext_lazy("stage of a defect", "Reported")
    CONFIRMED = "confirmed", pgettext_lazy("stage of a defect", "Confirmed")
    PLANNED = "planned", pgettext_lazy("stage of a defect", "Action plan")
    IN_PROGRESS = "in_progress", pgettext_lazy("stage of a defect", "In progress")
    TESTED = "tested", pgettext_lazy("stage of a defect", "Fix tested internally")
    RELEASED = "released", pgettext_lazy("stage of a defect", "Released")
    VERIFIED = "verified", pgettext_lazy("stage of a defect", "Verified by customer")
    NOT_A_DEFECT = "not_a_defect", pgettext_lazy("stage of a defect", "Not a defect")
    WONT_FIX = "wont_fix", pgettext_lazy("stage of a defect", "Won't fix")
    DUPLICATE = "duplicate", pgettext_lazy("stage of a defect", "Duplicate")


# Stages in which engineering still has work to do.
OPEN_STAGES = (Stage.REPORTED, Stage.CONFIRMED, Stage.PLANNED, Stage.IN_PROGRESS, Stage.TESTED)
# Defects of the R&D queue: open ones, and those released for one product line that others wait for.
IN_QUEUE = models.Q(stage__in=OPEN_STAGES) | models.Q(
    stage__in=(Stage.RELEASED, Stage.VERIFIED), tickets_waiting__gt=0
)


class DefectCounter(models.Model):
    """The last defect number of a desk. Only create_defect takes its row."""

    desk = models.OneToOneField("accounts.Desk", on_delete=models.CASCADE, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.last}"


class Defect(Gathered, DeskModel):
    """A problem in a product. Everything but the public texts and the plan is internal.

    revision counts the changes, so that a form that was opened before one is refused.
    stage_run counts the moves of the stage; updates to customers belong to one of them.
    """

    number = models.BigIntegerField(_("number"), editable=False)
    title = LineField(_("title"), max_length=200)
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity.choices, default=Severity.MODERATE
    )
    product = models.ForeignKey(
        "accounts.Product",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("product"),
    )
    affected_versions = LineField(_("affected versions"), max_length=200, blank=True, default="")
    workaround = LinesField(
        _("workaround for customers"),
        blank=True,
        default="",
        help_text=_("Customers can read this in updates and in the portal."),
    )
    owner = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="defects",
        verbose_name=_("owner"),
    )
    stage = models.CharField(
        _("stage"), max_length=12, choices=Stage.choices, default=Stage.REPORTED
    )
    stage_run = models.PositiveIntegerField(default=1, editable=False)
    stage_since = models.DateTimeField(_("in this stage since"))
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("duplicate of"),
    )
    plan_text = LinesField(
        _("action plan for customers"),
        blank=True,
        default="",
        help_text=_("Sent to customers when the stage becomes Action plan."),
    )
    planned_version = LineField(_("planned version"), max_length=60, blank=True, default="")
    # Whose plan the version and the date are; without one, everybody's (updates/plans.py).
    planned_line = models.ForeignKey(
        "accounts.ProductLine",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("product line"),
        help_text=_("Leave empty for all product lines."),
    )
    planned_on = models.DateField(_("planned date"), null=True, blank=True)
    is_published = models.BooleanField(
        _("known issue in the portal"),
        default=False,
        help_text=_(
            "Customers can read the public title and text, and report that it affects them, too."
        ),
    )
    public_title = LineField(_("public title"), max_length=200, blank=True, default="")
    public_text = LinesField(_("public text"), blank=True, default="")
    # {"de": {"public_title": "...", "public_text": "..."}}; what is missing is read as it is above.
    public_translations = models.JSONField(_("translations"), default=dict, blank=True)
    # Computed by tickets/defects/ranks/impact.py.
    tickets_hit = models.PositiveIntegerField(_("open tickets"), default=0, editable=False)
    accounts_hit = models.PositiveIntegerField(_("accounts"), default=0, editable=False)
    users_hit = models.PositiveIntegerField(_("contacts"), default=0, editable=False)
    tickets_waiting = models.PositiveIntegerField(
        _("tickets that wait for another release"), default=0, db_default=0, editable=False
    )
    impact = models.PositiveIntegerField(_("impact"), default=0, editable=False)
    oldest_due_at = models.DateTimeField(_("earliest deadline"), null=True, editable=False)
    rank = models.BigIntegerField(_("rank"), default=0, editable=False)
    rank_facts = models.JSONField(_("why this rank"), default=dict, editable=False)
    created_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("defect")
        verbose_name_plural = _("defects")
        ordering = ["-rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "number"], name="defect_number_unique"),
            models.CheckConstraint(
                condition=models.Q(stage=Stage.DUPLICATE, duplicate_of__isnull=False)
                | ~models.Q(stage=Stage.DUPLICATE),
                name="defect_duplicate_has_original",
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk", "-rank", "id"],
                condition=IN_QUEUE,
                name="defect_queue",
            ),
            models.Index(fields=["desk", "-updated_at", "-id"], name="defect_by_time"),
            models.Index(
                fields=["desk", "-updated_at"],
                condition=models.Q(is_published=True),
                name="defect_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def localized_title(self) -> str:
        """The public title in the active language, or else as it was first written."""
        return find_translation(self.public_translations, "public_title") or self.public_title

    @property
    def localized_text(self) -> str:
        """The public text in the active language, or else as it was first written."""
        return find_translation(self.public_translations, "public_text") or self.public_text

    @property
    def key(self) -> str:
        """The key as people write it, such as "RC-D12"."""
        return f"{self.desk.ticket_prefix}-D{self.number}"

    @property
    def is_in_queue(self) -> bool:
        """True if engineering still has work to do, as IN_QUEUE says it."""
        return self.stage in OPEN_STAGES or (
            self.stage in (Stage.RELEASED, Stage.VERIFIED) and self.tickets_waiting > 0
        )


class DefectLink(DeskModel):
    """A ticket that a defect causes. A ticket can have several defects."""

    defect = models.ForeignKey(
        Defect, on_delete=models.CASCADE, related_name="links", verbose_name=_("defect")
    )
    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="defect_links",
        db_index=False,
        verbose_name=_("ticket"),
    )
    linked_at = models.DateTimeField(_("linked"))
    linked_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("linked by"),
        help_text=_("Empty if the customer reported in the portal that the issue affects them."),
    )

    class Meta:
        verbose_name = _("linked ticket")
        verbose_name_plural = _("linked tickets")
        ordering = ["-linked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "defect"], name="defect_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.defect_id}: ticket {self.ticket_id}"


class DefectWork(StrEnum):
    """Work that a mark asks for."""

    RANK = "rank"
    TELL = "tell"


class DefectMark(DeskModel):
    """Work to do on a defect: compute its rank, or look for customers who must be told.

    Services and triggers add marks (tickets/migrations/0039_defects.py), and nobody changes one. A
    sweep deletes those that it saw before it read anything else, so that what is committed
    meanwhile has a mark of its own.
    """

    defect = models.ForeignKey(
        Defect, on_delete=models.CASCADE, related_name="marks", db_index=False
    )
    work = models.CharField(max_length=4)  # DefectWork

    class Meta:
        verbose_name = _("mark of a defect")
        verbose_name_plural = _("marks of defects")
        indexes = [models.Index(fields=["work", "desk", "defect"], name="defect_mark_work")]

    def __str__(self) -> str:
        return f"{self.defect_id}: {self.work}"
