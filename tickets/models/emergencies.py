"""Emergencies that customers report, and what the desk decided about them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField
from tickets.models.choices import EmergencyState
from tickets.models.tickets import Ticket

UNDECIDED = (EmergencyState.REPORTED, EmergencyState.INFORMATION)


class Emergency(DeskModel):
    """A report of an emergency on a ticket. A ticket has at most one that is undecided."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="emergencies", verbose_name=_("ticket")
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("contact"),
        help_text=_("Who reported it. Empty if an agent did."),
    )
    impact = LinesField(_("impact"))
    reachable = LineField(_("who can be reached now"), max_length=200, blank=True, default="")
    phone = LineField(_("phone number"), max_length=40, blank=True, default="")
    refusal = models.JSONField(
        _("why the plan doesn't cover it"),
        default=dict,
        blank=True,
        help_text=_("Empty if the plan covers it."),
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=EmergencyState.choices,
        default=EmergencyState.REPORTED,
    )
    reported_at = models.DateTimeField(_("reported"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("emergency")
        verbose_name_plural = _("emergencies")
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(state__in=UNDECIDED),
                name="emergency_one_undecided",
            )
        ]

    def __str__(self) -> str:
        return f"Emergency on ticket {self.ticket_id}"

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED
