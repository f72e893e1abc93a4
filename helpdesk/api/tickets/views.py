"""Saved views: ticket lists under a name, one's own and shared ones (M31)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Department
from helpdesk.agent.lists.filters import list_sorts
from helpdesk.agent.lists.views import select_view
from helpdesk.agent.saved_views.counts import count_saved_views
from helpdesk.api.base import DeskView
from helpdesk.api.references import ReferenceField, RowField
from helpdesk.api.serializers import Extras, StrictSerializer, read_input
from tickets.conditions.conditions import MAX_OWN
from tickets.conditions.properties import PROPERTIES, find_property
from tickets.models import Column, Grouping, SavedView
from tickets.saved_views.access import can_change, get_view_for_agent, views_for_agent
from tickets.saved_views.saving import ViewValues, delete_view, move_view, save_view

MAX_CONDITION = 500


class ViewInput(StrictSerializer):
    """A saved view."""

    name = serializers.CharField(max_length=60, help_text=_("The name."))
    base = serializers.CharField(
        max_length=20,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("The view it starts from, such as “mine” or “all”; empty for open tickets."),
    )
    conditions = serializers.DictField(
        child=serializers.CharField(max_length=MAX_CONDITION),
        required=False,
        default={},
        help_text=_("Filters by name, with the values of the ticket list's parameters, as ids."),
    )
    columns = serializers.ListField(
        child=serializers.CharField(max_length=30),
        max_length=20,
        required=False,
        default=list(Column.values),
        help_text=_("The columns of the page, in their order."),
    )
    sort = serializers.CharField(
        max_length=10,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("The order, or empty for the usual one of its base."),
    )
    grouping = serializers.ChoiceField(
        Grouping.choices,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("What the page groups tickets by, or empty."),
    )
    is_shared = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_("True to share the view with others. For leads and admins."),
    )
    department = RowField(
        queryset=Department.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text=_("The only department that it is shared with, by id or name, or null."),
    )

    def validate_conditions(self, given: dict[str, str]) -> dict[str, str]:
        if len(given) > len(PROPERTIES) + MAX_OWN:
            raise ValidationError(gettext("There are too many conditions."))
        if unknown := [name for name in given if find_property(name) is None]:
            said = gettext("There is no filter “%(name)s”.") % {"name": unknown[0][:100]}
            raise ValidationError(said)
        return given

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        try:
            select_view(self.context["agent"], data["base"], at=timezone.now())
        except ValueError:
            raise ValidationError({"base": [gettext("This view doesn't exist.")]}) from None
        sorts = [sort.value for sort in list_sorts(data["base"])]
        if data["sort"] and data["sort"] not in sorts:
            said = gettext("This view can be sorted by: %(names)s.") % {"names": ", ".join(sorts)}
            raise ValidationError({"sort": [said]})
        return data


class ViewOutput(serializers.ModelSerializer[SavedView]):
    """A saved view."""

    slug = serializers.CharField(help_text=_("The value for the ticket list's “view”."))
    is_shared = serializers.BooleanField(help_text=_("True if it isn't your own."))
    department = ReferenceField(
        "department", help_text=_("The only department that it is shared with, or null.")
    )
    conditions = serializers.DictField(
        child=serializers.CharField(), help_text=_("Filters by name, with their values.")
    )
    columns = serializers.ListField(
        child=serializers.CharField(), help_text=_("The columns of the page.")
    )
    can_change = serializers.SerializerMethodField(help_text=_("True if you may change it."))

    class Meta:
        model = SavedView
        fields = (
            "id", "slug", "name", "base", "conditions", "columns", "sort", "grouping", "is_shared",
            "department", "position", "can_change", "updated_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[Extras] = {
            "name": {"help_text": _("The name.")},
            "base": {"help_text": _("The view it starts from; empty for open tickets.")},
            "sort": {"help_text": _("The order; empty for the usual one.")},
            "grouping": {"help_text": _("What the page groups tickets by, or empty.")},
            "position": {"help_text": _("Its place among your own, or among the shared views.")},
            "updated_at": {"help_text": _("When it was last changed.")},
        }

    def get_can_change(self, view: SavedView) -> bool:
        return can_change(self.context["agent"], view)


class PlaceInput(StrictSerializer):
    """A move of a view up or down in its list."""

    up = serializers.BooleanField(help_text=_("True for up, false for down."))


class CountOutput(serializers.Serializer[Any]):
    """How many tickets a saved view has."""

    slug = serializers.CharField(help_text=_("The view's slug."))
    count = serializers.CharField(
        help_text=_("The number, “100+” for more than are counted, or empty for none.")
    )


class SavedViewBase(DeskView):
    """A view about saved views."""

    serializer_class: type[serializers.BaseSerializer[Any]] = ViewOutput

    def find(self, view_id: int) -> SavedView:
        """Return a saved view that the agent sees. Raises Http404."""
        try:
            return get_view_for_agent(self.agent, view_id)
        except SavedView.DoesNotExist:
            raise Http404 from None

    def describe(self, found: Any, *, many: bool = False) -> Any:
        """Return saved views as the API shows them."""
        return ViewOutput(found, many=many, context={"agent": self.agent}).data

    def save(self, request: Request, view_id: int | None = None) -> Any:
        """Save what the request says, as a new view or in place of one."""
        given = read_input(ViewInput, request.data, agent=self.agent)
        department = given.pop("department")
        given["columns"] = tuple(given["columns"])
        values = ViewValues(**given, department_id=department.pk if department else None)
        saved = save_view(values=values, by=self.agent, at=timezone.now(), view_id=view_id)
        return self.describe(saved)


class SavedViewListView(SavedViewBase):
    @extend_schema(
        operation_id="list_saved_views",
        summary=_("List saved views"),
        description=_("Returns your own views and those that are shared with you."),
        responses={200: ViewOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List the views."""
        found = views_for_agent(self.agent).select_related("department")
        return Response(self.describe(found, many=True))

    @extend_schema(
        operation_id="save_view",
        summary=_("Save a view"),
        description=_("Saves a ticket list under a name, for you or, as a lead, for others."),
        request=ViewInput,
        responses={201: ViewOutput},
    )
    def post(self, request: Request) -> Response:
        """Save a new view."""
        return Response(self.save(request), status=201)


class SavedViewView(SavedViewBase):
    @extend_schema(
        operation_id="show_view",
        summary=_("Show a saved view"),
        description=_("Returns a view with its conditions. Use its slug to list its tickets."),
        responses={200: ViewOutput},
    )
    def get(self, request: Request, view_id: int) -> Response:
        """Show a view."""
        return Response(self.describe(self.find(view_id)))

    @extend_schema(
        operation_id="replace_view",
        summary=_("Replace a saved view"),
        description=_("Replaces a view that you may change."),
        request=ViewInput,
        responses={200: ViewOutput},
    )
    def put(self, request: Request, view_id: int) -> Response:
        """Replace a view."""
        return Response(self.save(request, self.find(view_id).pk))

    @extend_schema(
        operation_id="delete_view",
        summary=_("Delete a saved view"),
        description=_("Deletes a view that you may change. Its tickets stay as they are."),
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, view_id: int) -> Response:
        """Delete a view."""
        delete_view(view_id=self.find(view_id).pk, by=self.agent)
        return Response(status=204)


class ViewPlaceView(SavedViewBase):
    @extend_schema(
        operation_id="move_view",
        summary=_("Move a saved view"),
        description=_("Moves a view one place up or down in its list."),
        request=PlaceInput,
        responses={200: ViewOutput},
    )
    def post(self, request: Request, view_id: int) -> Response:
        """Move a view up or down."""
        found = self.find(view_id)
        move_view(view_id=found.pk, by=self.agent, up=read_input(PlaceInput, request.data)["up"])
        return Response(self.describe(self.find(view_id)))


class ViewCountsView(SavedViewBase):
    serializer_class = CountOutput

    @extend_schema(
        operation_id="count_views",
        summary=_("Count the tickets of saved views"),
        description=_("Returns how many tickets each of your saved views has, up to 100."),
        responses={200: CountOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Count the tickets of the saved views."""
        counts = count_saved_views(self.agent, timezone.now())
        found = [{"slug": slug, "count": count} for slug, count in counts.items()]
        return Response(CountOutput(found, many=True).data)
