"""Requests for help: questions to an engineering group beside a ticket, which doesn't move."""

from __future__ import annotations

from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField
from tickets.models.defects import Defect
from tickets.models.tickets import Ticket

MAX_RESPONSE_MINUTES = 60 * 24 * 60  # 60 days


class EngineeringGroup(DeskModel):
    """A named group of engineers that agents can ask for help with a ticket."""

    name = LineField(_("name"), max_length=60)
    response_minutes = models.PositiveIntegerField(
        _("response target in minutes"),
        default=480,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_RESPONSE_MINUTES)],
        help_text=_(
            "Members are warned after three quarters of this time, and when it has passed."
        ),
    )
    starts_at = models.TimeField(
        _("working day starts"),
        null=True,
        blank=True,
        help_text=_(
            "In the desk's time zone, Monday to Friday. Leave both times empty if the target runs "
            "around the clock."
        ),
    )
    ends_at = models.TimeField(_("working day ends"), null=True, blank=True)
    is_active = models.BooleanField(
        _("can be asked"), default=True, help_text=_("Clear this instead of deleting a group.")
    )

    class Meta:
        verbose_name = _("engineering group")
        verbose_name_plural = _("engineering groups")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="engineering_group_name",
                violation_error_message=_("A group with this name already exists."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if (self.starts_at is None) != (self.ends_at is None):
            raise ValidationError({"ends_at": _("Enter both times, or neither.")})
        if self.starts_at and self.ends_at and _cut(self.starts_at) >= _cut(self.ends_at):
            raise ValidationError({"ends_at": _("The working day must end after it starts.")})


def _cut(moment: time) -> time:
    """Return a time as targets count it: to the minute."""
    return moment.replace(second=0, microsecond=0)


class GroupMember(DeskModel):
    """An agent who belongs to an engineering group."""

    group = models.ForeignKey(
        EngineeringGroup, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="+", verbose_name=_("agent")
    )

    class Meta:
        verbose_name = _("member of an engineering group")
        verbose_name_plural = _("members of engineering groups")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["group", "agent"], name="group_member_once")]

    def __str__(self) -> str:
        return f"{self.group}: {self.agent}"


class HelpState(models.TextChoices):
    """States of a request for help. All but the first are final."""

    OPEN = "open", pgettext_lazy("request for help", "Waiting for an answer")
    ANSWERED = "answered", pgettext_lazy("request for help", "Answered")
    DOCUMENTED = "documented", pgettext_lazy("request for help", "Documentation changed")
    DEFECT = "defect", pgettext_lazy("request for help", "Defect")
    WITHDRAWN = "withdrawn", pgettext_lazy("request for help", "Withdrawn")


class HelpRequest(DeskModel):
    """A question about a ticket to an engineering group. Internal.

    defect: the one it is about or, in the end, the one that it led to. warn_at: when the next
    notification about its deadline is due, None if there is none left.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="help_requests", verbose_name=_("ticket")
    )
    defect = models.ForeignKey(
        Defect,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="help_requests",
        verbose_name=_("defect"),
    )
    group = models.ForeignKey(
        EngineeringGroup,
        on_delete=models.PROTECT,
        related_name="requests",
        db_index=False,
        verbose_name=_("engineering group"),
    )
    question = LinesField(_("question"))
    asked_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("answer due"))
    warn_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=HelpState.choices, default=HelpState.OPEN
    )
    answer = LinesField(_("answer"), blank=True, default="")
    url = models.URLField(_("changed documentation"), max_length=500, blank=True, default="")
    ended_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("ended by"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["desk", "group", "due_at"],
                condition=models.Q(state=HelpState.OPEN),
                name="help_request_queue",
            ),
            models.Index(
                fields=["desk", "warn_at"],
                condition=models.Q(warn_at__isnull=False),
                name="help_request_to_warn",
            ),
            models.Index(fields=["group", "-id"], name="help_request_of_group"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: ticket {self.ticket_id}"

    @property
    def is_open(self) -> bool:
        return self.state == HelpState.OPEN
