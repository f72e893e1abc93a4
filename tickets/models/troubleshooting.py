"""The troubleshooting record of a ticket: what was gathered before it goes on (M60-M63)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField
from tickets.models.tickets import Ticket

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MAX_LINE = 250


class Frequency(models.TextChoices):
    """How often a problem occurs."""

    CONSISTENT = "consistent", pgettext_lazy("how often a problem occurs", "Every time")
    INTERMITTENT = "intermittent", pgettext_lazy("how often a problem occurs", "Intermittently")


class YesOrNo(models.TextChoices):
    """An answer; empty means not asked yet."""

    YES = "yes", _("Yes")
    NO = "no", _("No")


def _line(name: StrPromise) -> LineField:
    return LineField(name, max_length=MAX_LINE, blank=True, default="")


def _lines(name: StrPromise) -> LinesField:
    return LinesField(name, blank=True, default="")


def _late_lines(name: StrPromise) -> LinesField:
    """Return a field that was added later: servers of the version before don't write it."""
    return LinesField(name, blank=True, default="", db_default="")


def _choice(name: StrPromise, choices: type[models.TextChoices]) -> models.CharField[str, str]:
    return models.CharField(name, max_length=12, choices=choices.choices, blank=True, default="")


class Gathered(models.Model):
    """Facts gathered about a problem (M60-M63): the fields of RECORD_FIELDS."""

    problem = _lines(_("problem"))
    business_impact = _late_lines(_("impact on the customer's business"))
    affected_users = _line(_("how many and which users"))
    areas = _line(_("affected areas"))
    frequency = _choice(_("how often it occurs"), Frequency)
    since = _line(_("since when"))
    worked_before = _choice(_("worked before"), YesOrNo)
    changes = _lines(_("what changed"))
    client_version = _line(_("client and version"))
    browser_version = _line(_("browser and version"))
    app_version = _line(_("app or server version"))
    system_version = _line(_("operating system and version"))
    steps = _lines(_("steps to reproduce"))
    reproduced = _choice(_("reproduced on a test system"), YesOrNo)
    test_system = _line(_("which test system and version"))
    solution = _late_lines(_("tested solution"))
    workarounds = _lines(_("tested workarounds"))

    class Meta:
        abstract = True


class TroubleshootingRecord(Gathered, DeskModel):
    """One version of a ticket's record; the newest one counts. Rows are only added.

    Agents write it. It is internal: nothing that goes out is built from it.
    """

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="troubleshooting",
        db_index=False,
        verbose_name=_("ticket"),
    )
    version = models.PositiveIntegerField(_("version"))
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.PROTECT, related_name="+", verbose_name=_("agent")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("troubleshooting record")
        verbose_name_plural = _("troubleshooting records")
        ordering = ["ticket", "version"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "version"], name="troubleshooting_version")
        ]

    def __str__(self) -> str:
        return f"Troubleshooting record {self.ticket_id}, version {self.version}"


# The fields that people fill in, in the order of the form.
RECORD_FIELDS = (
    "problem",
    "business_impact",
    "affected_users",
    "areas",
    "frequency",
    "since",
    "worked_before",
    "changes",
    "client_version",
    "browser_version",
    "app_version",
    "system_version",
    "steps",
    "reproduced",
    "test_system",
    "solution",
    "workarounds",
)
