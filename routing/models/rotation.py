"""Rotation: the order in which agents are assigned tickets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, DeskModel


class Rotation(DeskModel):
    """An agent's place in the rotation: the agent whose last assignment is longest ago is next."""

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, related_name="rotation", verbose_name=_("agent")
    )
    last_assigned_at = models.DateTimeField(_("last assigned"), null=True)
    # Raised by each claim, so that no claim counts a load that is out of date (routing/claims.py).
    claims = models.BigIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = _("rotation position")
        verbose_name_plural = _("rotation positions")

    def __str__(self) -> str:
        return f"{self.agent}"
