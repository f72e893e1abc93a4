"""SLA targets: what a plan promises for a priority (M36, M43, M69)."""

from __future__ import annotations

from datetime import timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountStatus, DeskModel
from sla.models.calendars import Calendar
from tickets.models import Priority


class Target(DeskModel):
    """SLA target of a plan for a priority: working minutes to the first response (M36, M69).

    A target with an account status applies to accounts of that status only, and before one without.
    """

    plan = models.ForeignKey(
        "accounts.Plan",
        on_delete=models.CASCADE,
        db_index=False,
        related_name="targets",
        verbose_name=_("plan"),
    )
    priority = models.ForeignKey(
        Priority, on_delete=models.CASCADE, related_name="targets", verbose_name=_("priority")
    )
    account_status = models.CharField(
        _("account status"),
        max_length=14,
        choices=AccountStatus.choices,
        blank=True,
        default="",
        help_text=_("Leave empty for every status."),
    )
    minutes = models.PositiveIntegerField(
        _("first response (minutes)"),
        validators=[MinValueValidator(1)],
        help_text=_("Minutes of the calendar's business hours."),
    )
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, related_name="targets", verbose_name=_("calendar")
    )

    class Meta:
        ordering = ["plan__position", "priority__rank", "account_status"]
        verbose_name = _("SLA target")
        verbose_name_plural = _("SLA targets")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "priority", "account_status"],
                name="target_once",
                violation_error_message=_(
                    "This plan already has a target for that priority and status."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} / {self.priority}: {self.minutes} min"

    @property
    def amount(self) -> timedelta:
        return timedelta(minutes=self.minutes)
