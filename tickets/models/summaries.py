"""The living summary of a ticket: where it stands, in four short lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.tickets import Ticket

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MAX_SUMMARY_LINE = 300  # characters


def _line(name: StrPromise) -> LineField:
    return LineField(name, max_length=MAX_SUMMARY_LINE, blank=True, default="")


class TicketSummary(DeskModel):
    """One version of a ticket's summary; the newest one counts. Rows are only added.

    Agents write it. It is internal: nothing that goes out is built from it.
    """

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="summaries",
        db_index=False,
        verbose_name=_("ticket"),
    )
    version = models.PositiveIntegerField(_("version"))
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.PROTECT, related_name="+", verbose_name=_("agent")
    )
    created_at = models.DateTimeField(_("created"))
    problem = _line(_("problem"))
    tried = _line(_("tried so far"))
    next_step = _line(_("next step"))
    blocker = _line(_("blocker"))

    class Meta:
        verbose_name = _("ticket summary")
        verbose_name_plural = _("ticket summaries")
        ordering = ["ticket", "version"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "version"], name="summary_version")
        ]

    def __str__(self) -> str:
        return f"Summary {self.ticket_id}, version {self.version}"


# The fields that people fill in, in the order of the form.
SUMMARY_FIELDS = ("problem", "tried", "next_step", "blocker")
