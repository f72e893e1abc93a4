"""Admin page of plans and the products they cover."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin
from accounts.customers.deletion import get_plan_deletion_error
from accounts.models import Plan, PlanProduct, Product

CHANNELS_HELP = _(
    "Requests through other channels are still accepted but have no SLA target. The customer is "
    "told what the plan includes. Changes apply to new requests."
)


class PlanForm(DeskForm):
    """A plan and the products it covers (M68)."""

    covered = forms.ModelMultipleChoiceField(
        label=_("Products"),
        queryset=Product.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("If you select none, the plan covers all products."),
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
        """Store the selected products. Call it after the plan itself is saved."""
        plan, chosen = self.instance, list(self.cleaned_data["covered"])
        PlanProduct.objects.filter(plan=plan).exclude(product__in=chosen).delete()
        rows = [PlanProduct(desk_id=plan.desk_id, plan=plan, product=product) for product in chosen]
        PlanProduct.objects.bulk_create(rows, ignore_conflicts=True)


@admin.register(Plan)
class PlanAdmin(DeskModelAdmin):
    """The desk's plans; sla adds their SLA targets (sla/admin/targets.py)."""

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
        (
            _("Channels"),
            {
                "fields": [
                    ("allows_portal", "allows_mail", "allows_hotline"),
                    "allows_emergencies",
                ],
                "description": CHANNELS_HELP,
            },
        ),
        (_("Sales"), {"fields": ["is_self_service", "has_success_manager", "is_retired"]}),
        (_("Defects"), {"fields": ["impact_weight"]}),
        (
            _("Coverage"),
            {"fields": [("points_of_contact", "only_points_of_contact"), "covered"]},
        ),
    ]

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        form.save_covered()
        super().save_related(request, form, formsets, change)

    def delete_view(self, request: AdminRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Ask for confirmation, or return to the plan with the reason if accounts have it."""
        plan = self.get_object(request, object_id)
        if plan is None or not self.has_delete_permission(request, plan):
            return super().delete_view(request, object_id, *args, **kwargs)
        if problem := get_plan_deletion_error(plan):
            messages.error(request, problem)
            return HttpResponseRedirect(reverse("admin:accounts_plan_change", args=[plan.pk]))
        return super().delete_view(request, object_id, *args, **kwargs)

    @admin.display(description=_("SLA targets"))
    def matrix(self, plan: Plan) -> str:
        return format_html(
            '<a href="{}#plan-{}">{}</a>',
            reverse("admin:sla_matrix"),
            plan.pk,
            gettext("SLA matrix"),
        )
