"""Promises: calendars, targets and the clock of each ticket (M34, M36, M43-M45).

A Clock is a narrow row beside the ticket, so that the sweep of due clocks touches nothing else.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import AccountStatus, DeskModel
from sla.calendar import Window, WorkingHours
from tickets.models import Priority, Ticket


class Calendar(DeskModel):
    """Business hours in a time zone. ``version`` grows with each change and is kept with each deadline."""

    name = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=64)
    is_always_open = models.BooleanField("24x7", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="calendar_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def working_hours(self) -> WorkingHours:
        """This calendar as the pure value that the arithmetic takes; two queries unless prefetched."""
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
    """Open from start to end on a weekday; an end at or before the start means the next day."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(
        choices=list(
            enumerate(
                ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
            )
        )
    )
    start_minute = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(1439)], help_text="Minutes after midnight."
    )
    end_minute = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="Minutes after midnight.",
    )

    class Meta:
        ordering = ["weekday", "start_minute"]

    def __str__(self) -> str:
        def clock(minute: int) -> str:
            return f"{minute // 60:02}:{minute % 60:02}"

        return f"{self.get_weekday_display()} {clock(self.start_minute)}-{clock(self.end_minute)}"


class Holiday(DeskModel):
    """A local date on which no window of the calendar opens."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    date = models.DateField()
    name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="holiday_once")]

    def __str__(self) -> str:
        day: date = self.date
        return f"{day.isoformat()} {self.name}".strip()


class Target(DeskModel):
    """What a plan promises for a priority: minutes to the first response, within a calendar (M36, M69).

    With an account status the row holds for accounts of that status only, and goes before one without.
    """

    plan = models.ForeignKey("accounts.Plan", on_delete=models.CASCADE, related_name="targets")
    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="targets")
    account_status = models.CharField(
        max_length=14,
        choices=AccountStatus.choices,
        blank=True,
        default="",
        help_text="Empty for every status.",
    )
    minutes = models.PositiveIntegerField(
        "first response, minutes",
        validators=[MinValueValidator(1)],
        help_text="Working minutes of the calendar.",
    )
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="targets")

    class Meta:
        ordering = ["plan__position", "priority__rank", "account_status"]
        verbose_name = "SLA target"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "priority", "account_status"],
                name="target_once",
                violation_error_message="This plan already has a target for that priority and status.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} / {self.priority}: {self.minutes} min"

    @property
    def amount(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class Clock(DeskModel):
    """The running first-response promise of one ticket."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="clock")
    target = models.ForeignKey(
        Target, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    calendar_version = models.PositiveIntegerField()
    target_minutes = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(
        null=True, help_text="Ended without an answer: the ticket was closed."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(
                    met_at__isnull=True, breached_at__isnull=True, stopped_at__isnull=True
                ),
                name="clock_due",
            ),
            models.Index(
                fields=["warn_at"],
                condition=models.Q(
                    met_at__isnull=True,
                    warned_at__isnull=True,
                    breached_at__isnull=True,
                    stopped_at__isnull=True,
                ),
                name="clock_to_warn",
            ),
        ]

    def __str__(self) -> str:
        return f"Clock of ticket {self.ticket_id}"


class ClockEntry(DeskModel):
    """What was decided about a clock, when and why; enough to compute it again. Append-only."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12)  # started, replanned, warned, breached, met, stopped
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "clock entries"

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"
