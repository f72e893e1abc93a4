"""What a desk sells: products and support plans (M65-M79)."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.models.base import DeskModel


class Product(DeskModel):
    """Something that a plan applies to (M68)."""

    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="product_name_unique")]

    def __str__(self) -> str:
        return self.name


class Plan(DeskModel):
    """A support plan: which ways in it opens, and (in sla.Target) what it promises."""

    name = models.CharField(max_length=60)
    description = models.TextField(blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    allows_portal = models.BooleanField("portal", default=True)
    allows_mail = models.BooleanField("e-mail", default=True)
    allows_hotline = models.BooleanField("hotline", default=False)
    is_self_service = models.BooleanField(
        "self-service", default=False, help_text="Else through sales only (M67)."
    )
    has_success_manager = models.BooleanField("Customer Success Manager", default=False)
    points_of_contact = models.PositiveSmallIntegerField(
        "points of contact",
        null=True,
        blank=True,
        help_text="How many people of an account may be named (M73); empty for any number.",
    )
    products: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Product,
        through="accounts.PlanProduct",
        related_name="plans",
        blank=True,
        help_text="What the plan applies to (M68); none for all products.",
    )
    is_retired = models.BooleanField(
        "retired", default=False, help_text="No longer sold, still honoured (M79)."
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="plan_name_unique")]

    def __str__(self) -> str:
        return self.name


class PlanProduct(DeskModel):
    """A plan applies to a product (M68). A plan without such rows applies to all."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "product"], name="plan_product_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.product}"
