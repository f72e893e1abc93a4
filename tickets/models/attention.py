"""Requests for attention by managers, and accounts that are escalated. All of it is internal."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LinesField
from tickets.models.tickets import Ticket

MAX_CADENCE_HOURS = 24 * 31


class Urgency(models.TextChoices):
    """How soon attention is needed."""

    NOW = "now", pgettext_lazy("urgency", "Now")
    TODAY = "today", pgettext_lazy("urgency", "Today")
    WEEK = "week", pgettext_lazy("urgency", "This week")


class AttentionState(models.TextChoices):
    """States of a request for attention."""

    ASKED = "asked", pgettext_lazy("request for attention", "Waiting for a decision")
    ACCEPTED = "accepted", pgettext_lazy("request for attention", "Accepted")
    DECLINED = "declined", pgettext_lazy("request for attention", "Declined")


class AttentionRequest(DeskModel):
    """A manager's request that a lead look after a ticket or a whole account."""

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attention_requests",
        verbose_name=_("ticket"),
        help_text=_("Empty if it's about the account as a whole."),
    )
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    why = LinesField(_("reason"))
    urgency = models.CharField(
        _("urgency"), max_length=5, choices=Urgency.choices, default=Urgency.TODAY
    )
    asked_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(
        _("state"), max_length=8, choices=AttentionState.choices, default=AttentionState.ASKED
    )
    decided_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision = LinesField(_("reason for the decision"), blank=True, default="")

    class Meta:
        verbose_name = _("request for attention")
        verbose_name_plural = _("requests for attention")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ticket__isnull=False) | models.Q(account__isnull=False),
                name="attention_about_something",
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(state=AttentionState.ASKED, ticket__isnull=False),
                name="attention_once_per_ticket",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state=AttentionState.ASKED, ticket__isnull=True),
                name="attention_once_per_account",
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "-id"], name="attention_by_time"),
            models.Index(
                fields=["desk", "id"],
                condition=models.Q(state=AttentionState.ASKED),
                name="attention_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.urgency}: {self.ticket_id or self.account_id}"


class AccountEscalation(DeskModel):
    """An account that a lead looks after until its exit criteria are met.

    reminded_at: when its lead was reminded of the update that is due, None if not yet.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.CASCADE,
        related_name="escalations",
        verbose_name=_("account"),
    )
    lead = models.ForeignKey(
        "accounts.Agent", on_delete=models.PROTECT, related_name="+", verbose_name=_("lead")
    )
    why = LinesField(_("reason"))
    exit_criteria = LinesField(_("exit criteria"))
    cadence_hours = models.PositiveIntegerField(
        _("hours between updates"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_CADENCE_HOURS)],
    )
    next_update_at = models.DateTimeField(_("next update due"))
    reminded_at = models.DateTimeField(null=True, editable=False)
    started_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("escalated by"),
    )
    started_at = models.DateTimeField(_("escalated"))
    ended_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("ended by"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = LinesField(_("reason for the end"), blank=True, default="")

    class Meta:
        verbose_name = _("escalated account")
        verbose_name_plural = _("escalated accounts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(ended_at__isnull=True),
                name="account_escalated_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["desk", "next_update_at"],
                condition=models.Q(ended_at__isnull=True, reminded_at__isnull=True),
                name="escalation_to_remind",
            )
        ]

    def __str__(self) -> str:
        return f"Escalation of account {self.account_id}"


class EscalationUpdate(DeskModel):
    """An update by the lead of an escalated account. Rows are only added."""

    escalation = models.ForeignKey(
        AccountEscalation, on_delete=models.CASCADE, related_name="updates"
    )
    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("agent"),
    )
    text = LinesField(_("text"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("update about an escalated account")
        verbose_name_plural = _("updates about escalated accounts")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.at}"
