"""Offers of tickets to agents, and handovers from one agent to another."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, DeskModel
from tickets.models import Ticket


class HandoverCause(models.TextChoices):
    """Causes of a handover."""

    SHIFT_END = "shift_end", pgettext_lazy("handover", "End of shift")
    REPLY_DUE = "reply_due", pgettext_lazy("handover", "Reply due before they are back")
    TAKEN_OVER = "taken_over", pgettext_lazy("handover", "Taken over")
    DEPARTURE = "departure", pgettext_lazy("handover", "No longer works here")


class Offer(DeskModel):
    """A ticket that was assigned by rotation and that its agent hasn't accepted yet.

    Deleted when the agent accepts it or works on the ticket. After ``expires_at`` the ticket goes
    to the next agent. passed: IDs of agents who let it pass.
    """

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, related_name="offer", verbose_name=_("ticket")
    )
    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="+", verbose_name=_("agent")
    )
    expires_at = models.DateTimeField(_("expires"))
    passed = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        indexes = [models.Index(fields=["expires_at"], name="offer_expiry")]

    def __str__(self) -> str:
        return f"{self.ticket.reference}: {self.agent}"


class Handover(DeskModel):
    """A ticket that went from one agent to another, with a note for the one who takes over.

    It ends when the ticket goes back or to a third agent, or is closed. claimed_at: when the
    receiver accepted it or worked on it.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="handovers", verbose_name=_("ticket")
    )
    sender = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("from")
    )
    receiver = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("to")
    )
    cause = models.CharField(_("reason"), max_length=10, choices=HandoverCause.choices)
    note = models.JSONField(
        _("note"),
        default=dict,
        help_text=_("Facts for the agent who takes over."),
    )
    created_at = models.DateTimeField(_("handed over"))
    until = models.DateTimeField(_("until"), null=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    alarm_at = models.DateTimeField(
        _("alarm"), null=True, help_text=_("When leads are told if nobody has claimed the ticket.")
    )
    alarmed_at = models.DateTimeField(_("alarm raised"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at__isnull=True), name="handover_one_open"
            )
        ]
        indexes = [
            models.Index(
                fields=["desk", "created_at"],
                condition=Q(ended_at__isnull=True),
                name="handover_open",
            ),
            models.Index(
                fields=["alarm_at"],
                condition=Q(
                    ended_at__isnull=True, claimed_at__isnull=True, alarmed_at__isnull=True
                ),
                name="handover_unclaimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.reference}: {self.sender or '–'} → {self.receiver or '–'}"
