"""Internal targets of levels: read by agents, changed by desk admins."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.models import Level
from helpdesk.api.configuration.setting_rows import SettingListView, SettingRowView, SettingView
from helpdesk.api.configuration.sla_fields import APPLIES_HELP
from helpdesk.api.serializers import NameField, StrictSerializer
from sla.level_targets import delete_level_target, save_level_target
from sla.models import Calendar, LevelTarget, ReplanScope
from sla.models.targets import LEVEL_KINDS

MAX_MINUTES = 366 * 24 * 60


class LevelTargetSerializer(StrictSerializer):
    """A target of a level, such as the time until a ticket is taken there. Customers don't see it.

    Tickets get it when they reach the level.
    """

    id = serializers.IntegerField(read_only=True)
    level = serializers.ChoiceField(Level.choices, help_text=_("The level that it is for."))
    clock = serializers.ChoiceField(LEVEL_KINDS, help_text=_("What is measured."))
    minutes = serializers.IntegerField(
        min_value=1,
        max_value=MAX_MINUTES,
        help_text=_("Minutes of the calendar's business hours."),
    )
    calendar = NameField(
        "name", queryset=Calendar.objects.all(), help_text=_("The name of a calendar.")
    )
    applies_to = serializers.ChoiceField(
        ReplanScope.choices, default=ReplanScope.NEW, write_only=True, help_text=APPLIES_HELP
    )


class LevelTargetsView(SettingView):
    model = LevelTarget
    serializer_class = LevelTargetSerializer
    related = ("calendar",)

    def write(self, row: LevelTarget, values: dict[str, Any]) -> None:
        scope = ReplanScope(values.pop("applies_to"))
        save_level_target(target=row, values=values, by=self.agent, at=timezone.now(), scope=scope)

    def remove(self, row: LevelTarget) -> None:
        delete_level_target(target=row, by=self.agent, at=timezone.now())


@extend_schema_view(
    get=extend_schema(
        operation_id="list_level_targets",
        summary=_("List internal targets"),
        description=_("Returns the targets that tickets get when they reach a level."),
        responses=LevelTargetSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_level_target",
        summary=_("Add an internal target"),
        description=_("Adds a target for a clock of a level that has none. For desk admins."),
        responses={201: LevelTargetSerializer},
    ),
)
class LevelTargetListView(LevelTargetsView, SettingListView):
    """All internal targets."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_level_target",
        summary=_("Show an internal target"),
        description=_("Returns one internal target with its calendar."),
    ),
    put=extend_schema(
        operation_id="replace_level_target",
        summary=_("Replace an internal target"),
        description=_(
            "Tickets at the level keep the clocks that they have, unless it applies to open "
            "tickets. For desk admins."
        ),
    ),
    delete=extend_schema(
        operation_id="delete_level_target",
        summary=_("Delete an internal target"),
        description=_("Tickets at the level keep the clocks that they have. For desk admins."),
        responses={204: None},
    ),
)
class LevelTargetView(LevelTargetsView, SettingRowView):
    """One internal target."""

    parameter = "target_id"
