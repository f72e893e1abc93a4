"""Pages of the admin site: the plans that a desk sells."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.base import AdminRequest, DeskForm, DeskModelAdmin
from accounts.models import Plan, PlanProduct, Product


class PlanForm(DeskForm):
    """A plan and the products that it covers (M68)."""

    covered = forms.ModelMultipleChoiceField(
        label="Products",
        queryset=Product.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Without any, the plan covers all products.",
    )

    class Meta:
        model = Plan
        exclude: ClassVar[list[str]] = ["desk", "products"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["covered"].queryset = Product.objects.filter(desk=self.desk)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["covered"] = list(self.instance.products.all())

    def save_covered(self) -> None:
        """Keep the chosen products, once the plan itself is saved."""
        plan, chosen = self.instance, list(self.cleaned_data["covered"])
        PlanProduct.objects.filter(plan=plan).exclude(product__in=chosen).delete()
        rows = [PlanProduct(desk_id=plan.desk_id, plan=plan, product=product) for product in chosen]
        PlanProduct.objects.bulk_create(rows, ignore_conflicts=True)


@admin.register(Plan)
class PlanAdmin(DeskModelAdmin):
    form = PlanForm
    list_display = [
        "name",
        "position",
        "is_self_service",
        "has_success_manager",
        "is_retired",
        "matrix",
    ]
    search_fields = ["name__istartswith"]
    fieldsets = [
        (None, {"fields": [("name", "position"), "description"]}),
        ("Ways in", {"fields": [("allows_portal", "allows_mail", "allows_hotline")]}),
        ("Sales", {"fields": [("is_self_service", "has_success_manager", "is_retired")]}),
        ("What it covers", {"fields": ["points_of_contact", "covered"]}),
    ]

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        form.save_covered()
        super().save_related(request, form, formsets, change)

    @admin.display(description="promises")
    def matrix(self, plan: Plan) -> str:
        return format_html(
            '<a href="{}#plan-{}">SLA matrix</a>', reverse("admin:sla_matrix"), plan.pk
        )
