"""The product that a request is about, as forms offer it (M68)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Desk, Plan, Product


class ProductField(forms.ModelChoiceField):
    """A product of the desk. Products that the customer's plan doesn't cover say so."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Product.objects.none(), label=gettext_lazy("Product"), required=False, **kwargs
        )
        self.covered: set[int] = set()

    def label_from_instance(self, product: Product) -> str:
        if not self.covered or product.pk in self.covered:
            return product.name
        return _("%(product)s (not covered by your plan)") % {"product": product.name}


def offer_products(form: forms.Form, desk: Desk, plan: Plan | None = None) -> None:
    """Set up the form's field "product", or remove it at a desk without products.

    plan: the customer's. If it names products, the request must name one, too.
    """
    field = form.fields["product"]
    if not isinstance(field, ProductField):
        raise TypeError("The field “product” must be a ProductField.")
    products = Product.objects.filter(desk=desk)
    if not products.exists():
        del form.fields["product"]
        return
    field.queryset = products
    field.covered = list_covered(plan)
    field.required = bool(field.covered)
    field.empty_label = _("Select a product") if field.required else _("Not sure")


def list_covered(plan: Plan | None) -> set[int]:
    """Return the ids of the products that a plan names; none if it covers all."""
    if plan is None:
        return set()
    return set(plan.products.values_list("pk", flat=True))
