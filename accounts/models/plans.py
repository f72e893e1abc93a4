"""Products and support plans that a desk sells (M65-M79)."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import DeskModel
from accounts.models.fields import LineField, LinesField


class Product(DeskModel):
    """A product that plans can cover (M68)."""

    name = LineField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="product_name_unique")]

    def __str__(self) -> str:
        return self.name


class ProductLine(DeskModel):
    """A line of a product's releases that customers stay on, such as "ESR 9" or "Current"."""

    product = models.ForeignKey(
        Product,
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,
        verbose_name=_("product"),
    )
    name = LineField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_supported = models.BooleanField(
        _("supported"), default=True, help_text=_("Fixes are released for this line.")
    )

    class Meta:
        ordering = ["product", "position", "name"]
        verbose_name = _("product line")
        verbose_name_plural = _("product lines")
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="product_line_name_unique")
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name with the product, such as "Server ESR 9": the CRM and CSV files use it."""
        return f"{self.product} {self.name}"


class Plan(DeskModel):
    """A support plan: the channels it includes. Its SLA targets are in sla.Target."""

    name = LineField(_("name"), max_length=60)
    description = LinesField(_("description"), blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    allows_portal = models.BooleanField(_("portal"), default=True)
    allows_mail = models.BooleanField(_("email"), default=True)
    allows_hotline = models.BooleanField(_("hotline"), default=False)
    allows_emergencies = models.BooleanField(
        _("emergency requests"),
        default=False,
        help_text=_("Customers can report emergencies in the portal."),
    )
    impact_weight = models.PositiveSmallIntegerField(
        _("weight for the impact of defects"),
        default=1,
        db_default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How much each account with this plan adds to the rank of a defect."),
    )
    is_self_service = models.BooleanField(
        _("self-service"),
        default=False,
        help_text=_(
            "Managers of an account without a plan can choose it in the portal. Leave this off for "
            "plans that only your sales team offers."
        ),
    )
    has_success_manager = models.BooleanField(_("Customer Success Manager"), default=False)
    points_of_contact = models.PositiveSmallIntegerField(
        _("points of contact"),
        null=True,
        blank=True,
        help_text=_("The maximum per account. Leave empty for no limit."),
    )
    only_points_of_contact = models.BooleanField(
        _("only points of contact open tickets"),
        default=False,
        help_text=_(
            "Only an account's points of contact and managers can open tickets in the portal."
        ),
    )
    products: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Product,
        verbose_name=_("products"),
        through="accounts.PlanProduct",
        related_name="plans",
        blank=True,
        help_text=_("The products that the plan covers. Select none to cover all."),
    )
    is_retired = models.BooleanField(
        _("legacy plan"),
        default=False,
        help_text=_("No longer sold. Accounts that have it keep it."),
    )

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="plan_name_unique")]

    def __str__(self) -> str:
        return self.name


class PlanProduct(DeskModel):
    """A product that a plan covers (M68). A plan without such rows covers all products."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, verbose_name=_("product"))

    class Meta:
        verbose_name = _("covered product")
        verbose_name_plural = _("covered products")
        constraints = [
            models.UniqueConstraint(fields=["plan", "product"], name="plan_product_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.product}"
