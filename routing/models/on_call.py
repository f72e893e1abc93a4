"""On-call rotas: who answers urgent tickets outside of shifts, turn by turn (M45, M104)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, DeskModel, Level, Region
from accounts.models.fields import LineField
from tickets.sentences.reasons import format_time


class TurnLength(models.TextChoices):
    """Lengths of on-call turns."""

    DAY = "day", pgettext_lazy("length of an on-call turn", "One day")
    WEEK = "week", pgettext_lazy("length of an on-call turn", "One week")


class OnCallRota(DeskModel):
    """An order in which agents are on call. Turns change at one time of day in one zone."""

    name = LineField(_("name"), max_length=60)
    level = models.CharField(
        _("level"),
        max_length=4,
        choices=Level.choices,
        blank=True,
        default="",
        help_text=_("Whose urgent tickets it covers. Leave empty for all levels."),
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="rotas",
        verbose_name=_("region"),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    turn_length = models.CharField(
        _("length of a turn"),
        max_length=4,
        choices=TurnLength.choices,
        default=TurnLength.WEEK,
    )
    change_weekday = models.PositiveSmallIntegerField(
        _("weekday of the change"),
        choices=list(WEEKDAYS.items()),
        default=0,
        help_text=_("For turns of a week."),
    )
    change_minute = models.PositiveSmallIntegerField(
        _("time of the change"), default=540, validators=[MaxValueValidator(1439)]
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Turns are planned eight weeks ahead.")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("on-call rota")
        verbose_name_plural = _("on-call rotas")
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="rota_name_unique")]

    def __str__(self) -> str:
        return self.name


class OnCallMember(DeskModel):
    """An agent's place in the order of a rota."""

    rota = models.ForeignKey(
        OnCallRota,
        on_delete=models.CASCADE,
        related_name="members",
        db_index=False,
        verbose_name=_("on-call rota"),
    )
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, verbose_name=_("agent"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("rota member")
        verbose_name_plural = _("rota members")
        constraints = [
            models.UniqueConstraint(fields=["rota", "agent"], name="rota_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.rota}"


class OnCallTurn(DeskModel):
    """A time in which an agent is on call. planned_agent: before any swap."""

    rota = models.ForeignKey(
        OnCallRota,
        on_delete=models.CASCADE,
        related_name="turns",
        db_index=False,
        verbose_name=_("on-call rota"),
    )
    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="on_call_turns", verbose_name=_("agent")
    )
    planned_agent = models.ForeignKey(
        Agent,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("planned agent"),
    )
    start_at = models.DateTimeField(_("start"))
    end_at = models.DateTimeField(_("end"))

    class Meta:
        ordering = ["start_at", "id"]
        verbose_name = _("on-call turn")
        verbose_name_plural = _("on-call turns")
        constraints = [
            models.UniqueConstraint(fields=["rota", "start_at"], name="on_call_turn_once"),
            models.CheckConstraint(
                condition=models.Q(end_at__gt=models.F("start_at")), name="on_call_turn_has_length"
            ),
        ]
        indexes = [models.Index(fields=["desk", "end_at"], name="on_call_turn_by_end")]

    def __str__(self) -> str:
        return f"{self.agent}, {format_time(self.start_at)}"


class SwapState(models.TextChoices):
    """States of an offered swap."""

    OFFERED = "offered", pgettext_lazy("swap", "Offered")
    ACCEPTED = "accepted", pgettext_lazy("swap", "Accepted")
    DECLINED = "declined", pgettext_lazy("swap", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("swap", "Withdrawn")


class OnCallSwap(DeskModel):
    """An offer of an on-call turn to another agent, for a turn in return or for none."""

    turn = models.ForeignKey(
        OnCallTurn, on_delete=models.CASCADE, related_name="swaps", verbose_name=_("turn")
    )
    in_return = models.ForeignKey(
        OnCallTurn,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("turn in return"),
    )
    offered_by = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="+", verbose_name=_("offered by")
    )
    offered_to = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="+", verbose_name=_("offered to")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=SwapState.choices, default=SwapState.OFFERED
    )
    offered_at = models.DateTimeField(_("offered at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints = [
            models.UniqueConstraint(
                fields=["turn"],
                condition=models.Q(state=SwapState.OFFERED),
                name="swap_one_offer_per_turn",
            )
        ]

    def __str__(self) -> str:
        return f"{self.turn} to {self.offered_to}"
