"""The clocks of tickets, their deadlines and their entries.

A Clock is a narrow row beside the ticket, so that the sweep of due clocks reads nothing else.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel, KeylessDeskModel
from sla.models.calendars import Calendar
from sla.models.targets import Target
from tickets.models import Ticket


class Clock(DeskModel):
    """The first-response clock of one ticket."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, related_name="clock", verbose_name=_("ticket")
    )
    target = models.ForeignKey(
        Target, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    calendar_version = models.PositiveIntegerField(_("calendar version"))
    target_minutes = models.PositiveIntegerField(_("target (minutes)"))
    started_at = models.DateTimeField(_("started"))
    warn_at = models.DateTimeField(_("warning due"))
    due_at = models.DateTimeField(_("due"))
    warned_at = models.DateTimeField(_("warned"), null=True)
    breached_at = models.DateTimeField(_("breached"), null=True)
    met_at = models.DateTimeField(_("met"), null=True)
    stopped_at = models.DateTimeField(
        _("stopped"), null=True, help_text=_("The ticket was closed without a reply.")
    )

    class Meta:
        verbose_name = _("SLA clock")
        verbose_name_plural = _("SLA clocks")

    def __str__(self) -> str:
        return f"Clock of ticket {self.ticket_id}"


class Deadline(KeylessDeskModel):
    """When a running clock is due: a narrow row that is deleted when the clock is marked (P9, P17).

    A trigger on sla_clock updates it (sla/migrations/0006_deadlines.py), so never write it. Only
    this table indexes columns that change, so that updates of clocks are HOT.
    """

    clock = models.OneToOneField(
        Clock, on_delete=models.CASCADE, primary_key=True, related_name="deadline"
    )
    warn_at = models.DateTimeField(null=True, help_text=_("Empty after the warning was sent."))
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        indexes = [
            models.Index(fields=["due_at"], name="deadline_due"),
            models.Index(
                fields=["warn_at"],
                condition=models.Q(warn_at__isnull=False),
                name="deadline_to_warn",
            ),
        ]

    def __str__(self) -> str:
        return f"Deadline of clock {self.clock_id}"


class EntryKind(models.TextChoices):
    """Kinds of entries of a clock."""

    STARTED = "started", _("Started")
    REPLANNED = "replanned", _("Rescheduled")
    WARNED = "warned", _("Warned")
    BREACHED = "breached", _("Breached")
    MET = "met", _("Met")
    STOPPED = "stopped", _("Stopped")


class ClockEntry(DeskModel):
    """A decision about a clock, with the facts to compute it again. Append-only."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices)
    at = models.DateTimeField(_("time"))
    data = models.JSONField(_("facts"), default=dict)

    class Meta:
        ordering = ["id"]
        verbose_name = _("clock entry")
        verbose_name_plural = _("clock entries")

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"
