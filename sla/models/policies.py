"""SLA policies: ordered, with conditions and targets, and a version for each change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField
from sla.models.kinds import ConditionKind


class Policy(DeskModel):
    """Targets for the tickets that meet all conditions; they come before those of the matrix.

    For each kind of clock, the first active policy in the order of ``position`` that matches and
    has a target of that kind decides.
    """

    name = LineField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="policy_name_unique",
                violation_error_message=_("There is already a policy with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PolicyCondition(DeskModel):
    """An accepted value of a policy. Every kind must match; of one kind, any value will do.

    The value is the row of its kind, or ``value`` for an account status or a channel. A row that a
    condition names can't be deleted: the policy would then match every ticket.
    """

    policy = models.ForeignKey(
        Policy, on_delete=models.CASCADE, db_index=False, related_name="conditions"
    )
    kind = models.CharField(_("condition"), max_length=14, choices=ConditionKind.choices)
    plan = models.ForeignKey(
        "accounts.Plan", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    product = models.ForeignKey(
        "accounts.Product", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    priority = models.ForeignKey(
        "tickets.Priority", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        "accounts.Department", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    tag = models.ForeignKey("tickets.Tag", models.RESTRICT, null=True, blank=True, related_name="+")
    value = models.CharField(_("value"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "policy",
                    "kind",
                    "plan",
                    "product",
                    "priority",
                    "department",
                    "tag",
                    "value",
                ],
                nulls_distinct=False,
                name="policy_condition_once",
                violation_error_message=_("This condition is already there."),
            ),
            models.CheckConstraint(
                condition=Q(kind="plan", plan__isnull=False)
                | Q(kind="product", product__isnull=False)
                | Q(kind="priority", priority__isnull=False)
                | Q(kind="department", department__isnull=False)
                | Q(kind="tag", tag__isnull=False)
                | (Q(kind__in=["account_status", "channel"]) & ~Q(value="")),
                name="policy_condition_has_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.shown_value}"

    @property
    def key(self) -> int | str:
        """The value that a ticket is compared with: the ID of a row, or a word."""
        return getattr(self, f"{self.kind}_id", None) or self.value

    @property
    def shown_value(self) -> str:
        row = getattr(self, self.kind, None)
        return str(row) if row is not None else self.value


class PolicyVersion(DeskModel):
    """A policy as it was saved: its name, conditions and targets.

    It outlives the policy, so that each deadline that came from it can be explained and replayed.
    """

    policy = models.ForeignKey(
        Policy, on_delete=models.SET_NULL, null=True, db_index=False, related_name="versions"
    )
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    data = models.JSONField(_("policy"), default=dict)

    class Meta:
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "version"], name="policy_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.data.get('name', self.policy)} {self.version}"
