"""Stages of defects, and product lines: read by agents, changed by desk admins."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Product, ProductLine
from helpdesk.api.base import DeskView, IsAdminToWrite
from helpdesk.api.configuration.setting_rows import (
    SettingListView,
    SettingRowView,
    SettingView,
)
from helpdesk.api.defects.fields import make_text
from helpdesk.api.serializers import NameField, StrictSerializer, read_input
from tickets.defects.updates.settings import load_stage_settings
from tickets.defects.updates.texts import (
    get_stage_name,
    get_stage_text,
    list_unknown_placeholders,
    tells_customers,
)
from tickets.models import Stage, StageSetting
from tickets.services.settings_rows import save_setting


class StageSettingInput(StrictSerializer):
    """A desk's name for a stage, and what its customers are told about it."""

    name = make_text(_("The desk's name for it. Empty for the default name."), limit=60)
    tells_customers = serializers.BooleanField(
        help_text=_("True sends each linked customer one update about this stage.")
    )
    text = make_text(_("The text for customers. Empty for the default text."))
    back_text = make_text(_("The text if the defect moves back to this stage."))

    def validate_text(self, text: str) -> str:
        return _check_placeholders(text)

    def validate_back_text(self, text: str) -> str:
        return _check_placeholders(text)


def _check_placeholders(text: str) -> str:
    if unknown := list_unknown_placeholders(text):
        names = ", ".join(f"{{{name}}}" for name in unknown)
        problem = gettext("Unknown placeholders: %(names)s") % {"names": names}
        raise serializers.ValidationError(problem)
    return text


class StageSettingOutput(serializers.Serializer[Any]):
    """A stage of defects at this desk."""

    stage = serializers.ChoiceField(Stage.choices, help_text=_("The stage."))
    name = serializers.CharField(help_text=_("Its name at this desk, in your language."))
    tells_customers = serializers.BooleanField(
        help_text=_("True if each linked customer gets one update about this stage.")
    )
    text = serializers.CharField(help_text=_("The text for customers, in your language."))


def describe_stage(stage: Stage | str, found: dict[str, StageSetting]) -> dict[str, Any]:
    """Return a stage as the API shows it. found: the desk's settings by stage."""
    setting = found.get(stage)
    return {
        "stage": str(stage),
        "name": get_stage_name(stage, setting),
        "tells_customers": tells_customers(stage, setting),
        "text": get_stage_text(stage, setting),
    }


class StageListView(DeskView):
    serializer_class = StageSettingOutput

    @extend_schema(
        operation_id="list_stages",
        summary=_("List the stages of defects"),
        description=_("Returns the stages in their order, with the desk's names and texts."),
        responses=StageSettingOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the stages in their order."""
        found = load_stage_settings(self.agent.desk_id)
        return Response([describe_stage(stage, found) for stage in Stage])


class StageSettingView(DeskView):
    permission_classes = [IsAdminToWrite]
    serializer_class = StageSettingOutput

    @extend_schema(
        operation_id="show_stage",
        summary=_("Show a stage of defects"),
        description=_("Returns one stage with the desk's name and text."),
    )
    def get(self, request: Request, stage: str) -> Response:
        """Show one stage."""
        found = load_stage_settings(self.agent.desk_id)
        return Response(describe_stage(self._get_stage(stage), found))

    @extend_schema(
        operation_id="replace_stage",
        summary=_("Replace the settings of a stage"),
        description=_(
            "Replaces the name and text, and whether customers are told. Texts in other languages "
            "stay. For desk admins."
        ),
        request=StageSettingInput,
    )
    def put(self, request: Request, stage: str) -> Response:
        """Replace the settings of a stage."""
        known = self._get_stage(stage)
        given = {
            "name": "",
            "text": "",
            "back_text": "",
            **read_input(StageSettingInput, request.data),
        }
        found = load_stage_settings(self.agent.desk_id).get(known)
        row = found or StageSetting(desk=self.agent.desk, stage=known)
        save_setting(row=row, values=given, by=self.agent, key="stage")
        return Response(describe_stage(known, load_stage_settings(self.agent.desk_id)))

    def _get_stage(self, stage: str) -> Stage:
        if stage not in Stage.values:
            raise Http404
        return Stage(stage)


class LineSerializer(StrictSerializer):
    """A supported line of a product, such as the current one or a long-term one."""

    id = serializers.IntegerField(read_only=True)
    product = NameField(
        "name", queryset=Product.objects.all(), help_text=_("The name of its product.")
    )
    name = serializers.CharField(max_length=60, help_text=_("The name of the line."))
    position = serializers.IntegerField(
        min_value=0, max_value=32767, default=0, help_text=_("Lines are listed in this order.")
    )
    is_supported = serializers.BooleanField(
        default=True, help_text=_("True if fixes are released for this line.")
    )


class LinesView(SettingView):
    model = ProductLine
    serializer_class = LineSerializer
    related = ("product",)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_product_lines",
        summary=_("List product lines"),
        description=_("Returns the product lines that accounts, tickets and releases can have."),
        responses=LineSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_product_line",
        summary=_("Add a product line"),
        description=_("Adds a product line. For desk admins."),
        responses={201: LineSerializer},
    ),
)
class LineListView(LinesView, SettingListView):
    """All product lines."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_product_line",
        summary=_("Show a product line"),
        description=_("Returns one product line with its product."),
    ),
    put=extend_schema(
        operation_id="rename_product_line",
        summary=_("Rename a product line"),
        description=_("Renames a product line. For desk admins."),
    ),
    delete=extend_schema(
        operation_id="delete_product_line",
        summary=_("Delete a product line"),
        description=_("Deletes a product line. 409 while a release uses it. For desk admins."),
        responses={204: None},
    ),
)
class LineView(LinesView, SettingRowView):
    """One product line."""

    parameter = "line_id"
