"""What a desk offers and who does it: plans, products and departments."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.customers.deletion import get_plan_deletion_error
from accounts.customers.saving import replace_links
from accounts.models import Agent, Department, Plan, PlanProduct, Product
from accounts.staff import list_free_kinds, set_department_members
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.setting_rows import SettingView
from helpdesk.api.linked_rows import AGENTS, PRODUCTS, LinksField
from tickets.services.settings_rows import Changes

CHANNELS = ("allows_portal", "allows_mail", "allows_hotline", "allows_emergencies")
SALES = ("is_self_service", "has_success_manager", "is_retired")
COVERAGE = ("impact_weight", "points_of_contact", "only_points_of_contact")
PLAN_FIELDS = ("name", "description", "position", *CHANNELS, *SALES, *COVERAGE)
DEPARTMENT_FIELDS = ("name", "kind", "visibility", "position")


class PlanSerializer(RowSerializer):
    """A support plan: its channels, products and limits. Its SLA targets have their own list."""

    products = LinksField(
        queryset=PRODUCTS,
        required=False,
        help_text=_("The products that the plan covers. An empty list means all."),
    )

    class Meta:
        model = Plan
        fields = ("id", *PLAN_FIELDS, "products")
        extra_kwargs = describe_fields(Plan, PLAN_FIELDS)


class PlansView(SettingView):
    model = Plan
    serializer_class = PlanSerializer
    prefetched = ("products",)
    parts = ("products",)

    def save_parts(self, row: Plan, parts: dict[str, Any]) -> Changes:
        if "products" not in parts:
            return {}
        chosen = parts["products"]
        before, after = replace_links(PlanProduct, row, chosen, of="plan", to="product")
        return {"products": [before, after]} if before != after else {}

    def refuse_deletion(self, row: Plan) -> str | None:
        return get_plan_deletion_error(row)


class ProductSerializer(RowSerializer):
    """A product that plans can cover and tickets can be about."""

    class Meta:
        model = Product
        fields = ("id", "name")
        extra_kwargs = describe_fields(Product, ("name",))


class ProductsView(SettingView):
    model = Product
    serializer_class = ProductSerializer


class DepartmentSerializer(RowSerializer):
    """A department: who works there, and who sees its tickets."""

    members = LinksField(
        queryset=AGENTS.filter(is_active=True),
        source="active_members",
        required=False,
        help_text=_("The active agents who get the department's tickets."),
    )

    class Meta:
        model = Department
        fields = ("id", *DEPARTMENT_FIELDS, "members")
        extra_kwargs = describe_fields(
            Department,
            DEPARTMENT_FIELDS,
            kind=_(
                "Decides which accounts' tickets the department gets. A desk can have one of "
                "each kind, except for “other”."
            ),
        )


class DepartmentsView(SettingView):
    model = Department
    serializer_class = DepartmentSerializer
    parts = ("active_members",)

    def get_rows(self) -> QuerySet[Department]:
        active = AGENTS.filter(is_active=True).order_by("name", "pk")
        members = Prefetch("agents", active, to_attr="active_members")
        return super().get_rows().prefetch_related(members)

    def check(self, row: Department, stored: Department | None) -> None:
        if row.kind not in dict(list_free_kinds(row.desk, besides=row)):
            text = gettext("The desk already has a department of this kind.")
            raise ValidationError({"kind": text})

    def save_parts(self, row: Department, parts: dict[str, Any]) -> Changes:
        if "active_members" not in parts:
            return {}
        chosen = parts["active_members"]
        members = Agent.objects.filter(is_active=True, departments=row)
        before, after = sorted(map(str, members)), sorted(map(str, chosen))
        set_department_members(department=row, agents=chosen)
        return {"members": [before, after]} if before != after else {}


CATALOG = [
    *build_paths(
        PlansView,
        place="plans",
        one="plan",
        many="plans",
        texts=Texts(
            list=_("List plans"),
            add=_("Add a plan"),
            show=_("Show a plan"),
            change=_("Change a plan"),
            delete=_("Delete a plan"),
            about=_("The support plans of the desk: channels, products and limits."),
            deleting=_(
                "Returns 409 while accounts have the plan. Retire it instead: those accounts "
                "keep it. For desk admins."
            ),
        ),
    ),
    *build_paths(
        ProductsView,
        place="products",
        one="product",
        many="products",
        texts=Texts(
            list=_("List products"),
            add=_("Add a product"),
            show=_("Show a product"),
            change=_("Rename a product"),
            delete=_("Delete a product"),
            about=_("The products that plans cover and tickets are about."),
        ),
    ),
    *build_paths(
        DepartmentsView,
        place="departments",
        one="department",
        many="departments",
        texts=Texts(
            list=_("List departments"),
            add=_("Add a department"),
            show=_("Show a department"),
            change=_("Change a department"),
            delete=_("Delete a department"),
            about=_("The departments of the desk, with their members and visibility."),
            changing=_(
                "Changes the given fields; “members” replaces all active members. For desk admins."
            ),
        ),
    ),
]
