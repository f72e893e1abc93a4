"""Rows that a periodic job failed on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel


class SweepKind(models.TextChoices):
    """The sweeps that set rows aside, by the key that the database stores."""

    CLOSE_SILENT = "tickets.close", _("Close silent tickets")
    REMIND_SILENT = "tickets.remind", _("Remind silent customers")
    END_HOLDS = "tickets.end_holds", _("End holds")
    NEW_TERMS = "tickets.new_terms", _("Apply changed account terms")
    DEFECT_UPDATES = "tickets.defect_updates", _("Send customers updates about defects")
    HELP_REQUESTS = "tickets.help_requests", _("Warn about requests for help")
    ESCALATIONS = "tickets.escalations", _("Remind leads of escalated accounts")
    WARN = "sla.warned", _("Warn about SLA clocks that are due soon")
    BREACH = "sla.breached", _("Mark breached SLA clocks")
    LADDERS = "sla.ladders", _("Run the steps of escalation ladders")
    UNASSIGNED = "routing.unassigned", _("Assign waiting tickets")
    STRANDED = "routing.stranded", _("Reassign tickets whose agent left")
    LENDING = "routing.handover.lending", _("Hand over tickets whose agent is off shift")
    HANDING_BACK = "routing.handing_back", _("Hand tickets back to their owners")
    OFFERS = "routing.offers", _("Offer tickets to the next agent")
    ALARMS = "routing.alarms", _("Raise alarms about unclaimed handovers")


class SweepFailure(DeskModel):
    """A row that a sweep set aside so that it could continue with the others.

    It is tried again at next_try_at. Deleted when the row succeeds. row_id: of the ticket, the
    clock or the account's new terms; 0 for a batch that ran out of time (tickets/sweeping.py).
    """

    sweep = models.CharField(_("periodic job"), max_length=40, choices=SweepKind.choices)
    row_id = models.BigIntegerField(_("row"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failed_at = models.DateTimeField(_("last attempt"))
    next_try_at = models.DateTimeField(_("next attempt"))
    last_error = models.TextField(_("last error"))

    class Meta:
        verbose_name = _("failed row")
        verbose_name_plural = _("failed rows")
        ordering = ["-failed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "sweep", "row_id"], name="sweep_failure_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_sweep_display()}: {self.row_id}"
