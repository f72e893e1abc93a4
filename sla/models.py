"""SLA policies: calendars, targets and the clock of each ticket (M34, M36, M43-M45).

A Clock is a narrow row beside the ticket, so that the sweep of due clocks reads nothing else.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AccountStatus, DeskModel, KeylessDeskModel
from accounts.models.fields import LineField
from sla.calendar import Window, WorkingHours
from tickets.models import Priority, Ticket


class Calendar(DeskModel):
    """Business hours in a time zone.

    ``version`` grows with each change of the hours and is kept with each deadline.
    """

    name = LineField(_("name"), max_length=60)
    time_zone = models.CharField(_("time zone"), max_length=64)
    is_always_open = models.BooleanField(_("24x7"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="calendar_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def working_hours(self) -> WorkingHours:
        """Return the pure value that the arithmetic takes; two queries unless prefetched."""
        if self.is_always_open:
            return WorkingHours.always(self.time_zone)
        return WorkingHours(
            time_zone=self.time_zone,
            windows=tuple(
                Window(w.weekday, w.start_minute, w.end_minute) for w in self.windows.all()
            ),
            holidays=frozenset(h.date for h in self.holidays.all()),
        )


class CalendarWindow(DeskModel):
    """Opening hours on a weekday; an end at or before the start means the next day."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=list(WEEKDAYS.items()))
    start_minute = models.PositiveSmallIntegerField(
        pgettext_lazy("time of day", "opens"),
        validators=[MaxValueValidator(1439)],
        help_text=_("Minutes after midnight."),
    )
    end_minute = models.PositiveSmallIntegerField(
        pgettext_lazy("time of day", "closes"),
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("Minutes after midnight."),
    )

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "start_minute"]

    def __str__(self) -> str:
        def clock(minute: int) -> str:
            return f"{minute // 60:02}:{minute % 60:02}"

        return f"{self.get_weekday_display()} {clock(self.start_minute)}-{clock(self.end_minute)}"


class Holiday(DeskModel):
    """A local date on which no window of the calendar opens."""

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, db_index=False, related_name="holidays"
    )
    date = models.DateField(_("date"))
    name = LineField(_("name"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="holiday_once")]

    def __str__(self) -> str:
        day: date = self.date
        return f"{day.isoformat()} {self.name}".strip()


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
