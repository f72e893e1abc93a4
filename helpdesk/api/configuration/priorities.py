"""Priorities of the desk: their names, ranks and weights, and which one email gets."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.configuration.declared import CHANGES, RowSerializer, describe_fields
from helpdesk.api.configuration.desk import require_offered_languages
from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    SettingListView,
    SettingView,
)
from helpdesk.api.serializers import StrictSerializer, read_input
from tickets.models import Priority
from tickets.selectors import get_priority_deletion_error
from tickets.services.priorities import check_mail_default, place_priority, save_priority
from tickets.services.settings_rows import Changes

MAX_RANK = 32767
MAX_DEFINITION = 10_000
FIELDS = ("name", "definition", "weight", "is_mail_default", "is_retired")


class PriorityTexts(StrictSerializer):
    """The texts of a priority in another language. One that is left out is the desk's own."""

    name = serializers.CharField(
        max_length=20, required=False, allow_blank=True, help_text=_("The name.")
    )
    definition = serializers.CharField(
        max_length=MAX_DEFINITION,
        required=False,
        allow_blank=True,
        help_text=_("What customers read about the priority."),
    )


class PriorityTranslations(serializers.DictField):
    """The texts of a priority in other languages, by language."""

    child = PriorityTexts()

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        require_offered_languages(found)
        kept = {
            code: {name: text for name, text in texts.items() if text}
            for code, texts in found.items()
        }
        return {code: texts for code, texts in kept.items() if texts}


class PrioritySerializer(RowSerializer):
    """A priority of the desk."""

    rank = serializers.IntegerField(
        min_value=1,
        max_value=MAX_RANK,
        required=False,
        help_text=_("1 is the highest. The others move up or down; retired ones come last."),
    )
    translations = PriorityTranslations(
        required=False, help_text=_("The texts in other languages, by language such as “de”.")
    )

    class Meta:
        model = Priority
        fields = ("id", "name", "rank", *FIELDS[1:], "translations")
        extra_kwargs = describe_fields(
            Priority, FIELDS, definition=_("What customers read about the priority.")
        )


class WeightInput(StrictSerializer):
    """The weight of a priority."""

    weight = serializers.IntegerField(
        min_value=1,
        max_value=20,
        help_text=_("How much of an agent's capacity an open ticket takes."),
    )


class PrioritiesView(SettingView):
    model = Priority
    serializer_class = PrioritySerializer
    parts = ("rank",)
    unchecked = ("is_mail_default",)

    def check(self, row: Priority, stored: Priority | None) -> None:
        check_mail_default(row, stored)

    def save(self, row: Priority, fields: list[str] | None) -> None:
        if row.rank is None:
            last = Priority.objects.filter(desk=row.desk_id).aggregate(last=Max("rank"))["last"]
            row.rank = (last or 0) + 1
        save_priority(row, fields=fields)

    def save_parts(self, row: Priority, parts: dict[str, Any]) -> Changes:
        if "rank" not in parts:
            return {}
        row.refresh_from_db(fields=["rank"])
        before = row.rank
        place_priority(row, parts["rank"])
        return {"rank": [before, row.rank]} if row.rank != before else {}

    def refuse_deletion(self, row: Priority) -> str | None:
        if row.is_mail_default:
            return str(
                _("Email needs a default priority. Make another priority the default first.")
            )
        return get_priority_deletion_error(row)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_priorities",
        summary=_("List priorities"),
        description=_("Returns the priorities of this desk with their weights, the highest first."),
        responses=PrioritySerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_priority",
        summary=_("Add a priority"),
        description=_(
            "Adds a priority at the end of the list, unless “rank” says otherwise. For desk admins."
        ),
        responses={201: PrioritySerializer},
    ),
)
class PriorityListView(PrioritiesView, SettingListView):
    """All priorities."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_priority",
        summary=_("Show a priority"),
        description=_("Returns one priority of this desk with its weight."),
    ),
    patch=extend_schema(
        operation_id="change_priority", summary=_("Change a priority"), description=CHANGES
    ),
    delete=extend_schema(
        operation_id="delete_priority",
        summary=_("Delete a priority"),
        description=_(
            "Returns 409 while tickets have this priority, or if it is the default for email. "
            "Retire it instead: tickets keep it. For desk admins."
        ),
        responses={204: None},
    ),
)
class PriorityView(PrioritiesView, ChangeableRowView):
    """One priority."""

    parameter = "priority_id"
    http_method_names = [*ChangeableRowView.http_method_names, "put"]

    @extend_schema(
        operation_id="set_priority_weight",
        summary=_("Set the weight of a priority"),
        description=_("Applies to all open tickets with this priority at once. For desk admins."),
        request=WeightInput,
        responses=PrioritySerializer,
    )
    def put(self, request: Request, **_ids: int) -> Response:
        """Set the weight."""
        row = self.get_row()
        self.write(row, read_input(WeightInput, request.data))
        return self.show(row.pk)
