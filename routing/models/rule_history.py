"""Versions of the routing rules, and what they did to tickets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel, KeylessDeskModel
from tickets.sentences.reasons import format_time


class RuleVersion(DeskModel):
    """The rules of a desk as they were from one change to the next. Never changed."""

    number = models.PositiveIntegerField(_("version"))
    made_at = models.DateTimeField(_("saved at"))
    by_name = models.CharField(_("saved by"), max_length=254)
    rules = models.JSONField(
        _("rules"), help_text=_("All rules in order, with their conditions and actions.")
    )

    class Meta:
        verbose_name = _("version of the routing rules")
        verbose_name_plural = _("versions of the routing rules")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "number"], name="rule_version_number_unique")
        ]

    def __str__(self) -> str:
        return _("Version %(number)s") % {"number": self.number}


class TraceCause(models.TextChoices):
    """Events at which rules are tried on a ticket."""

    OPENED = "opened", _("The ticket was opened")
    TERMS = "terms", _("The account or the sender changed")
    APPLIED = "applied", _("A dry run was applied")


class RuleTrace(KeylessDeskModel):
    """The rules that were tried on a ticket once, those that applied, and why."""

    ticket = models.ForeignKey(
        "tickets.Ticket",
        on_delete=models.CASCADE,
        related_name="rule_traces",
        verbose_name=_("ticket"),
    )
    version = models.ForeignKey(
        RuleVersion,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("version"),
    )
    at = models.DateTimeField(_("time"))
    cause = models.CharField(_("cause"), max_length=8, choices=TraceCause.choices)
    facts = models.JSONField(
        _("facts"), help_text=_("What the conditions saw, without texts and answers.")
    )
    tried = models.JSONField(
        _("rules tried"), help_text=_("The ID of each rule, and the result of each condition.")
    )
    effects = models.JSONField(
        _("effects"), help_text=_("What the rules that applied have set, or why they have not.")
    )

    class Meta:
        verbose_name = _("trace of the routing rules")
        verbose_name_plural = _("traces of the routing rules")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.ticket.reference}, {format_time(self.at)}"
