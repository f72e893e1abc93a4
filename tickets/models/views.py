"""Saved views: ticket lists that agents name and keep, for themselves or for others."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField


class Grouping(models.TextChoices):
    NONE = "", _("No grouping")
    STATE = "state", _("Status")
    PRIORITY = "priority", _("Priority")
    ASSIGNEE = "assignee", _("Assignee")
    ACCOUNT = "account", _("Account")


class Column(models.TextChoices):
    REQUESTER = "requester", _("Requester")
    STATUS = "status", _("Status")
    DUE = "due", _("Due")
    ASSIGNEE = "assignee", _("Assignee")
    UPDATED = "updated", _("Updated")


class SavedView(DeskModel):
    """A ticket list with conditions, order and columns, under a name.

    agent: whose it is, or None if leads or admins share it. department: then, the only department
    whose members see it. base: the list it starts from, such as "mine" or "all". conditions: values
    by property, as tickets.conditions reads them. columns: of Column, then some of the desk's own
    fields, such as "field_12".
    """

    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.CASCADE,
        null=True,
        db_index=False,
        related_name="saved_views",
        verbose_name=_("agent"),
    )
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("department"),
    )
    name = LineField(_("name"), max_length=60)
    base = models.CharField(_("starts from"), max_length=20, blank=True, default="")
    conditions = models.JSONField(_("conditions"), default=dict)
    columns = models.JSONField(_("columns"), default=list)
    sort = models.CharField(_("sort by"), max_length=10, blank=True, default="")
    grouping = models.CharField(
        _("group by"), max_length=10, choices=Grouping.choices, blank=True, default=""
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                "desk",
                "agent",
                Lower("name"),
                nulls_distinct=False,
                name="saved_view_name_unique",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """True if it isn't one agent's own."""
        return self.agent_id is None

    @property
    def slug(self) -> str:
        """The view's name in the parameters of a list, such as "s12"."""
        return f"s{self.pk}"
