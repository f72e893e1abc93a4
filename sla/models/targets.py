"""SLA targets: what a plan or a policy promises, and the internal targets of levels (M36, M69)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AccountStatus, DeskModel, Level
from accounts.models.keys import OptionalParentKey
from sla.durations import format_duration, format_target
from sla.models.calendars import Calendar
from sla.models.kinds import ClockKind, TargetUnit
from sla.models.policies import Policy
from tickets.models import Priority

TARGET_KINDS = [(kind.value, kind.label) for kind in ClockKind if kind.has_target]
LEVEL_KINDS = [(kind.value, kind.label) for kind in ClockKind if kind.is_of_level]


class Target(DeskModel):
    """A target for one kind of clock: a cell of the SLA matrix, or a part of a policy.

    A cell is that of a plan and a priority. One with an account status applies to accounts of that
    status only, and before one without. ``amount`` is in minutes of the calendar's business hours
    or in business days; of the latter, the last ends at the minute ``by_minute`` after local
    midnight. The unit "none" says that nothing is promised, whatever comes later in the order.
    """

    plan = OptionalParentKey(
        "accounts.Plan",
        db_index=False,
        blank=True,
        related_name="targets",
        verbose_name=_("plan"),
    )
    priority = OptionalParentKey(
        Priority,
        blank=True,
        related_name="targets",
        verbose_name=_("priority"),
    )
    account_status = models.CharField(
        _("account status"),
        max_length=14,
        choices=AccountStatus.choices,
        blank=True,
        default="",
        help_text=_("Leave empty for every status."),
    )
    policy = OptionalParentKey(
        Policy,
        db_index=False,
        blank=True,
        related_name="targets",
        verbose_name=_("policy"),
    )
    clock = models.CharField(
        pgettext_lazy("SLA", "clock"),
        max_length=16,
        choices=TARGET_KINDS,
        default=ClockKind.FIRST_RESPONSE,
    )
    unit = models.CharField(
        _("unit"), max_length=14, choices=TargetUnit.choices, default=TargetUnit.MINUTES
    )
    amount = models.PositiveIntegerField(
        _("amount"),
        default=0,
        help_text=_("Minutes of the calendar's business hours, or business days."),
    )
    by_minute = models.PositiveSmallIntegerField(
        _("by"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("Minutes after midnight, on the last business day."),
    )
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("calendar"),
    )

    class Meta:
        ordering = ["plan__position", "priority__rank", "account_status", "clock"]
        verbose_name = _("SLA target")
        verbose_name_plural = _("SLA targets")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "priority", "account_status", "clock"],
                name="target_once",
                violation_error_message=_(
                    "This plan already has a target for that priority and status."
                ),
            ),
            models.UniqueConstraint(
                fields=["policy", "clock"],
                name="target_of_policy_once",
                violation_error_message=_("This policy already has a target for that clock."),
            ),
            models.CheckConstraint(
                condition=Q(policy__isnull=True, plan__isnull=False, priority__isnull=False)
                | Q(policy__isnull=False, plan__isnull=True, priority__isnull=True),
                name="target_of_matrix_or_policy",
            ),
            models.CheckConstraint(
                condition=Q(unit=TargetUnit.NONE) | Q(amount__gte=1, calendar__isnull=False),
                name="target_has_amount",
                violation_error_message=_("Enter at least one minute or day, and a calendar."),
            ),
        ]

    def __str__(self) -> str:
        owner = self.policy or f"{self.plan} / {self.priority}"
        return f"{owner}: {self.get_clock_display()} {self.describe()}"

    @property
    def required_calendar(self) -> Calendar:
        """The calendar. Raises ValueError for a target that promises nothing."""
        if self.calendar is None:
            raise ValueError("No target, no calendar.")
        return self.calendar

    def describe(self) -> str:
        """Return the amount in the active language, such as "8h" or "2 business days"."""
        return format_target(self.unit, self.amount, self.by_minute)


class LevelTarget(DeskModel):
    """An internal target of a level, such as the minutes until a ticket is taken there."""

    level = models.CharField(_("level"), max_length=4, choices=Level.choices)
    clock = models.CharField(pgettext_lazy("SLA", "clock"), max_length=16, choices=LEVEL_KINDS)
    minutes = models.PositiveIntegerField(
        _("minutes"),
        validators=[MinValueValidator(1)],
        help_text=_("Minutes of the calendar's business hours."),
    )
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, related_name="+", verbose_name=_("calendar")
    )

    class Meta:
        ordering = ["level", "clock"]
        verbose_name = _("internal target")
        verbose_name_plural = _("internal targets")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "level", "clock"],
                name="level_target_once",
                violation_error_message=_("This level already has a target for that clock."),
            )
        ]

    def __str__(self) -> str:
        target = f"{self.get_clock_display()} {format_duration(self.minutes)}"
        return f"{self.get_level_display()}: {target}"
