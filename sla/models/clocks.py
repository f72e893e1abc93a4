"""The clocks of tickets, their deadlines and their entries.

A Clock is a narrow row beside the ticket, so that the sweep of due clocks reads nothing else.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel, KeylessDeskModel
from sla.models.calendars import Calendar
from sla.models.kinds import TARGETED, ClockKind, EntryKind
from sla.models.targets import Target
from tickets.models import Ticket
from tickets.sentences.reasons import format_time


class Clock(DeskModel):
    """One kind of clock of one ticket, in its latest run. Its entries keep all runs.

    The deadline is when ``target_seconds`` of working time have passed since the start, without the
    pauses (sla/runs.py). A promised update has no calendar: it counts around the clock.
    """

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="clocks",
        verbose_name=_("ticket"),
    )
    kind = models.CharField(pgettext_lazy("SLA", "clock"), max_length=16, choices=ClockKind.choices)
    run = models.PositiveIntegerField(
        pgettext_lazy("of a clock", "run"),
        default=1,
        help_text=_("How often this clock has started on this ticket."),
    )
    target = models.ForeignKey(
        Target, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    calendar_version = models.PositiveIntegerField(_("calendar version"), null=True)
    target_seconds = models.PositiveIntegerField(
        _("target (seconds)"), help_text=_("Working time from the start to the deadline.")
    )
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(
        _("due"), help_text=_("While the clock is paused: as of the start of the pause.")
    )
    pauses = models.JSONField(
        _("pauses"), default=list, help_text=_("From, to and reason of each; the last may be open.")
    )
    paused_at = models.DateTimeField(_("paused"), null=True)
    warn_times = ArrayField(
        models.DateTimeField(), verbose_name=_("warnings due"), default=list, blank=True
    )
    warn_points = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("warning points"),
        default=list,
        blank=True,
        help_text=_("Percent of the target, one for each warning."),
    )
    warned = models.PositiveSmallIntegerField(
        _("warnings passed"), default=0, help_text=_("Warnings that were sent or are outdated.")
    )
    warn_at = models.DateTimeField(_("next warning due"), null=True)
    breached_at = models.DateTimeField(_("breached"), null=True)
    met_at = models.DateTimeField(_("met"), null=True)
    stopped_at = models.DateTimeField(
        _("stopped"), null=True, help_text=_("It ended without being met or breached.")
    )

    class Meta:
        verbose_name = _("SLA clock")
        verbose_name_plural = _("SLA clocks")
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="clock_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.ticket.reference}"

    @property
    def is_owed(self) -> bool:
        """True from the start until it is met or stopped, in time, late or paused."""
        return self.met_at is None and self.stopped_at is None

    @property
    def is_overridden(self) -> bool:
        """True if a lead set the deadline: a clock with a target counts by a calendar otherwise."""
        return self.kind in TARGETED and self.calendar_id is None


class Deadline(KeylessDeskModel):
    """The deadline of a running clock: a narrow row, deleted when the clock is marked (P9, P17).

    A trigger on sla_clock updates it (sla/migrations/0010_kinds_of_clocks.py), so never write it.
    Only this table indexes columns that change, so that updates of clocks are HOT. A paused clock
    has none.
    """

    clock = models.OneToOneField(
        Clock, on_delete=models.CASCADE, primary_key=True, related_name="deadline"
    )
    warn_at = models.DateTimeField(null=True, help_text=_("Empty after the last warning was sent."))
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
        return f"{self.clock}: {format_time(self.due_at)}"


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
        return f"{self.get_kind_display()}, {format_time(self.at)}"
