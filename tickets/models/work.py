"""An agent's own work on a ticket: snoozed for a while, and the time spent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.tickets import Ticket


class Snooze(DeskModel):
    """A ticket that an agent doesn't want to see for now; its clocks run on.

    It ends by itself at its time, which needs no job. The customer's next message deletes it.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="snoozes", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="snoozes", db_index=False
    )
    until = models.DateTimeField(
        _("snoozed until"), null=True, help_text=_("Empty: until the customer replies.")
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("snooze")
        verbose_name_plural = _("snoozes")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "agent"], name="snooze_once"),
        ]
        indexes = [models.Index(fields=["agent", "until", "ticket"], name="snooze_of_agent")]

    def __str__(self) -> str:
        return f"{self.agent}: {self.ticket}"


class TimeEntry(DeskModel):
    """Working time that an agent spent on a ticket."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="time_entries", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.PROTECT, related_name="+", verbose_name=_("agent")
    )
    minutes = models.PositiveIntegerField(_("minutes"))
    note = LineField(_("note"), max_length=200, blank=True, default="")
    is_billable = models.BooleanField(_("billable"), default=False)
    created_at = models.DateTimeField(_("logged"))

    class Meta:
        verbose_name = _("time entry")
        verbose_name_plural = _("time entries")
        ordering = ["id"]
        indexes = [models.Index(fields=["ticket", "id"], name="time_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.minutes} min"
