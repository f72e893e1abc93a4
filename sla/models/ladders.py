"""Escalation ladders: steps that alert people until one acknowledges (M104)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from sla.models.kinds import ClockKind
from sla.models.policies import Policy
from tickets.models import Ticket
from tickets.sentences.ladders import ACTION_NAMES

WEEK = 7 * 24 * 60  # minutes


class Trigger(models.TextChoices):
    """The times that the minutes of a step count from."""

    BEFORE = "before", _("before the deadline")
    AFTER = "after", _("after the deadline")
    UNACKNOWLEDGED = "silence", _("later, if unacknowledged")


class Action(models.TextChoices):
    """Actions of a step. ``page`` alerts through the desk's paging services, too."""

    ASSIGNEE = "assignee", ACTION_NAMES["assignee"]
    CHANNEL = "channel", ACTION_NAMES["channel"]
    REASSIGN = "reassign", ACTION_NAMES["reassign"]
    PAGE = "page", ACTION_NAMES["page"]
    LEAD = "lead", ACTION_NAMES["lead"]
    MANAGER = "manager", ACTION_NAMES["manager"]
    EXECUTIVE = "executive", ACTION_NAMES["executive"]


class Ladder(DeskModel):
    """Steps around the deadline of one kind of clock, for the tickets that meet its conditions.

    A ticket follows the first active ladder, in the order of ``position``, that has such a clock
    and whose conditions it meets.
    """

    name = LineField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    clock = models.CharField(
        pgettext_lazy("SLA", "clock"),
        max_length=16,
        choices=ClockKind.choices,
        default=ClockKind.FIRST_RESPONSE,
        help_text=_("Steps count from the deadline of this clock. They stop when it is met."),
    )
    policy = models.ForeignKey(
        Policy,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="ladders",
        verbose_name=_("SLA policy"),
        help_text=_("The policy that set the deadline. Leave empty for all."),
    )
    plan = models.ForeignKey(
        "accounts.Plan",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("plan"),
        help_text=_("Leave empty for all plans."),
    )
    priority = models.ForeignKey(
        "tickets.Priority",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("priority"),
        help_text=_("Tickets of this priority or a more urgent one. Leave empty for all."),
    )
    resume_minutes = models.PositiveSmallIntegerField(
        _("resume after (minutes)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(WEEK)],
        help_text=_(
            "After an acknowledgement, the ladder continues if nobody replies, writes a note or "
            "changes the status for this long."
        ),
    )
    repeat_minutes = models.PositiveSmallIntegerField(
        _("repeat after (minutes)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(WEEK)],
        help_text=_("Nobody acknowledged the last step? The ladder starts again after this time."),
    )

    class Meta:
        verbose_name = _("escalation ladder")
        verbose_name_plural = _("escalation ladders")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="ladder_name_unique",
                violation_error_message=_("There is already a ladder with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class LadderStep(DeskModel):
    """One step of a ladder."""

    ladder = models.ForeignKey(
        Ladder, on_delete=models.CASCADE, db_index=False, related_name="steps"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=0, validators=[MaxValueValidator(WEEK)]
    )
    trigger = models.CharField(
        _("counted"), max_length=8, choices=Trigger.choices, default=Trigger.AFTER
    )
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("agent"),
        help_text=_("The executive, or the agent to notify for accounts without a manager."),
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["ladder"], name="ladder_step_of")]

    def __str__(self) -> str:
        return f"{self.minutes} min {self.get_trigger_display()}: {self.get_action_display()}"


class LadderRun(DeskModel):
    """A ticket on a ladder: a narrow row, deleted when the clock is met or stopped.

    next_at: when the sweep has something to do, which is the next step, or the end of the quiet
    after an acknowledgement; empty while the clock is paused. Only that column is indexed, and it
    changes with each step anyway. last_step_at: what the next step counts from. acknowledged_name:
    of a person at a paging service who isn't known as an agent.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="ladder_run")
    ladder = models.ForeignKey(Ladder, on_delete=models.CASCADE, related_name="runs")
    clock = models.CharField(max_length=16, choices=ClockKind.choices)
    clock_run = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=0)
    next_step = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    last_step_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "accounts.Agent", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    acknowledged_name = LineField(max_length=120, default="")

    class Meta:
        verbose_name = _("running ladder")
        verbose_name_plural = _("running ladders")
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(next_at__isnull=False), name="ladder_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ladder}, {self.ticket.reference}"

    @property
    def acknowledger(self) -> str:
        """The name of who acknowledged; "" for an agent who left, or nobody."""
        return str(self.acknowledged_by or self.acknowledged_name)
