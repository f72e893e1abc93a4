"""Stages of defects: the desk's names and texts, releases, and what each customer was told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField
from tickets.models.defects import Defect, Stage
from tickets.models.tickets import Ticket


class StageSetting(DeskModel):
    """A desk's name for a stage, and what its customers are told about it.

    A stage without a row has its usual name and text (tickets/defects/updates/texts.py).
    """

    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    name = LineField(
        _("name"),
        max_length=60,
        blank=True,
        default="",
        help_text=_("Leave empty for the default name."),
    )
    tells_customers = models.BooleanField(
        _("tell customers"),
        default=True,
        help_text=_("Send each linked customer one update when a defect reaches this stage."),
    )
    text = LinesField(
        _("text for customers"),
        blank=True,
        default="",
        help_text=_("Leave empty for the default text."),
    )
    back_text = LinesField(
        _("text if a fix moves back"),
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Sent instead to customers who were already told of a later stage. Leave empty"
            " for the default text."
        ),
    )
    # For readers of other languages: {"de": {"name": "...", "text": "...", "back_text": "..."}}.
    translations = models.JSONField(_("translations"), default=dict, blank=True)

    class Meta:
        verbose_name = _("stage of defects")
        verbose_name_plural = _("stages of defects")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["desk", "stage"], name="stage_once")]

    def __str__(self) -> str:
        return self.name or str(Stage(self.stage).label)


class DefectRelease(DeskModel):
    """A version with the fix, for one product line or for all."""

    defect = models.ForeignKey(
        Defect,
        on_delete=models.CASCADE,
        related_name="releases",
        db_index=False,
        verbose_name=_("defect"),
    )
    line = models.ForeignKey(
        "accounts.ProductLine",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product line"),
        help_text=_("Leave empty for all product lines."),
    )
    version = LineField(_("version"), max_length=60)
    url = models.URLField(_("download link"), max_length=500, blank=True, default="")
    released_at = models.DateTimeField(_("released"))

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["released_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["defect", "line"], nulls_distinct=False, name="defect_release_of_line"
            )
        ]

    def __str__(self) -> str:
        return self.version


class DefectUpdate(DeskModel):
    """An update about a defect on one ticket, as the customer got it. Rows are only added.

    At most one for each ticket and run of a stage, so that nobody hears the same thing twice.
    """

    defect = models.ForeignKey(
        Defect, on_delete=models.CASCADE, related_name="updates", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="defect_updates")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    stage_run = models.PositiveIntegerField()
    text = LinesField(_("text"), help_text=_("Empty if the desk sends none about this stage."))
    # IDs of the contacts who are emailed: not those who get the same words on another ticket.
    contacts = ArrayField(
        models.BigIntegerField(), verbose_name=_("contacts"), default=list, db_default=[]
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("update about a defect")
        verbose_name_plural = _("updates about defects")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["defect", "ticket", "stage_run", "stage"], name="defect_update_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.defect_id}: ticket {self.ticket_id}, {self.stage}"

    def is_about_stage_of(self, defect: Defect) -> bool:
        """Return True if the defect hasn't moved since this update."""
        return (self.defect_id, self.stage_run) == (defect.pk, defect.stage_run)
