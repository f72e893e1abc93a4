"""Changes of targets, policies and calendars, and how open tickets follow them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField


class ReplanCause(models.TextChoices):
    """Kinds of settings that an admin changed."""

    ACCOUNT = "account", _("Plan or status of an account")
    TARGETS = "targets", _("SLA targets")
    POLICY = "policy", _("SLA policy")
    CALENDAR = "calendar", _("Calendar")
    LADDER = "ladder", _("Escalation ladder")


class ReplanScope(models.TextChoices):
    """The tickets that a change applies to."""

    NEW = "new", _("New tickets only")
    OPEN = "open", _("New and open tickets")


class Replan(DeskModel):
    """A change of SLA settings, and its progress through the open tickets from ``reached`` on.

    touched: the IDs of the targets and calendars that changed, as sla.replanning.Touched stores
    them; other tickets keep their deadlines. Changed ladders touch none. upto: the newest ticket at
    the time of the change.
    """

    cause = models.CharField(_("changed"), max_length=10, choices=ReplanCause.choices)
    scope = models.CharField(_("applies to"), max_length=4, choices=ReplanScope.choices)
    subject = LineField(_("name"), max_length=250, blank=True, default="")
    by_name = LineField(_("changed by"), max_length=254)
    at = models.DateTimeField(_("time"))
    touched = models.JSONField(default=dict, editable=False)
    upto = models.BigIntegerField(default=0, editable=False)
    reached = models.BigIntegerField(default=0, editable=False)
    moved = models.PositiveIntegerField(_("changed tickets"), default=0)
    failed = models.PositiveIntegerField(
        _("failed tickets"),
        default=0,
        help_text=_("They stayed as they were. The error is in the log."),
    )
    done_at = models.DateTimeField(_("completed"), null=True)

    class Meta:
        verbose_name = _("SLA change")
        verbose_name_plural = _("SLA changes")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["at"], condition=models.Q(done_at__isnull=True), name="replan_due"
            ),
        ]

    def __str__(self) -> str:
        cause = self.get_cause_display()
        return f"{cause}: {self.subject}" if self.subject else cause
