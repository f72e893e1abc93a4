"""Dry runs of routing rules over the latest tickets of a desk."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel, KeylessDeskModel
from routing.models.rule_history import RuleVersion
from tickets.sentences.reasons import format_time

MAX_TICKETS = 5_000


class DryRunState(models.TextChoices):
    """States of a dry run."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    OUTDATED = "outdated", _("Outdated: the rules have changed")
    APPLYING = "applying", _("Applying")
    APPLIED = "applied", _("Applied")


WORKING = (DryRunState.RUNNING, DryRunState.APPLYING)


class DryRun(DeskModel):
    """The rules of one version, tried on the latest tickets without changing them."""

    version = models.ForeignKey(
        RuleVersion,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("version"),
    )
    size = models.PositiveSmallIntegerField(
        _("tickets"),
        validators=[MinValueValidator(1), MaxValueValidator(MAX_TICKETS)],
        help_text=_("How many tickets to try, newest first."),
    )
    includes_inactive = models.BooleanField(
        _("include inactive rules"),
        default=False,
        help_text=_("Shows what inactive rules would do. Such a dry run can't be applied."),
    )
    state = models.CharField(
        _("state"), max_length=8, choices=DryRunState.choices, default=DryRunState.RUNNING
    )
    by_name = models.CharField(_("started by"), max_length=254)
    made_at = models.DateTimeField(_("started at"))
    applied_by = models.CharField(_("applied by"), max_length=254, blank=True, default="")
    applied_at = models.DateTimeField(_("applied at"), null=True)
    before_id = models.BigIntegerField(
        _("next ticket"), help_text=_("Tickets with this ID and later ones have been tried.")
    )
    tried = models.PositiveSmallIntegerField(_("tickets tried"), default=0)

    class Meta:
        verbose_name = _("dry run of the routing rules")
        verbose_name_plural = _("dry runs of the routing rules")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.by_name}, {format_time(self.made_at)}"


class RowState(models.TextChoices):
    """Results of a dry run for a ticket."""

    PREDICTED = "", _("Predicted")
    CLOSED = "closed", _("Closed, not changed")
    APPLIED = "applied", _("Applied")
    CHANGED = "changed", _("Changed in the meantime, not applied")
    FAILED = "failed", _("Failed, not applied")


class DryRunRow(KeylessDeskModel):
    """A ticket that the rules would change."""

    dry_run = models.ForeignKey(
        DryRun, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    rules = models.JSONField(_("rules"), help_text=_("The names of the rules that apply."))
    state = models.CharField(
        _("state"), max_length=8, choices=RowState.choices, blank=True, default=""
    )

    class Meta:
        verbose_name = _("ticket of a dry run")
        verbose_name_plural = _("tickets of a dry run")
        ordering = ["-ticket_id"]
        constraints = [
            models.UniqueConstraint(fields=["dry_run", "ticket"], name="dry_run_ticket_once")
        ]

    def __str__(self) -> str:
        return f"{self.ticket.reference} ({self.dry_run})"
