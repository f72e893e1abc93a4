"""Presence: whether an agent takes new tickets now, and when they were last active (M55)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, DeskModel
from accounts.models.fields import LineField


class PresenceState(models.TextChoices):
    """Presences that an agent can choose. Without a choice, they are available on shift."""

    AVAILABLE = "available", pgettext_lazy("presence", "Available")
    OWN_TICKETS = "own", pgettext_lazy("presence", "Own tickets only")
    ON_CALL = "on_call", pgettext_lazy("presence", "On call, urgent tickets only")
    AWAY = "away", pgettext_lazy("presence", "Away")


class Presence(DeskModel):
    """The presence of an agent. No row means available, and never active.

    It changes all the time, so it does not renew the desk's version, and no index holds a column
    that changes: every update is a HOT update.
    """

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, related_name="presence", verbose_name=_("agent")
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=PresenceState.choices,
        default=PresenceState.AVAILABLE,
    )
    reason = LineField(_("reason"), max_length=120, blank=True, default="")
    since = models.DateTimeField(_("since"), null=True)
    until = models.DateTimeField(
        _("until"), null=True, help_text=_("Available again from then on.")
    )
    last_active_at = models.DateTimeField(_("last active"), null=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")

    def __str__(self) -> str:
        return f"{self.agent}: {self.get_state_display()}"
