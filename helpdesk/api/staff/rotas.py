"""On-call rotas: read by agents, changed by desk admins."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.models import Level, Region
from accounts.places.local_times import MINUTES_IN_DAY
from helpdesk.api.configuration.setting_rows import (
    MemberIdsField,
    SettingListView,
    SettingRowView,
    SettingView,
    ZoneField,
    find_members,
)
from helpdesk.api.serializers import NameField, StrictSerializer
from routing.models import OnCallRota, TurnLength
from routing.staff.members import save_rota

# Fields of the rota's own row.
ROTA_FIELDS = (
    "id", "name", "level", "region", "time_zone", "turn_length", "change_weekday",
    "change_minute", "is_active",
)  # fmt: skip


class RotaSerializer(StrictSerializer):
    """An order in which agents are on call. Turns change at one time of day in one zone."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=60, help_text=_("The rota's name."))
    level = serializers.ChoiceField(
        [*Level.values, ""],
        default="",
        help_text=_("The levels whose urgent tickets it covers; empty for all."),
    )
    region = NameField(
        "name",
        queryset=Region.objects.all(),
        allow_null=True,
        default=None,
        help_text=_("The name of the rota's region, or null."),
    )
    time_zone = ZoneField()
    turn_length = serializers.ChoiceField(
        TurnLength.choices, default=TurnLength.WEEK, help_text=_("How long a turn is.")
    )
    change_weekday = serializers.IntegerField(
        min_value=0,
        max_value=6,
        default=0,
        help_text=_("The day on which turns of a week change: 0 is Monday, 6 is Sunday."),
    )
    change_minute = serializers.IntegerField(
        min_value=0,
        max_value=MINUTES_IN_DAY - 1,
        default=540,
        help_text=_("When turns change, in minutes after midnight."),
    )
    is_active = serializers.BooleanField(
        default=True, help_text=_("True if turns are planned, eight weeks ahead.")
    )
    member_ids = MemberIdsField(default=list, help_text=_("The ids of the members, in order."))


class RotasView(SettingView):
    model = OnCallRota
    serializer_class = RotaSerializer
    related = ("region",)

    def get_rows(self) -> QuerySet[OnCallRota]:
        return super().get_rows().prefetch_related("members")

    def describe(self, row: OnCallRota) -> dict[str, Any]:
        shown = {name: getattr(row, name) for name in ROTA_FIELDS}
        members = [member.agent_id for member in row.members.all()]
        return dict(RotaSerializer({**shown, "member_ids": members}).data)

    def write(self, row: OnCallRota, values: dict[str, Any]) -> None:
        members = find_members(self.agent.desk_id, values.pop("member_ids"))
        save_rota(rota=row, values=values, members=members, by=self.agent, at=timezone.now())


@extend_schema_view(
    get=extend_schema(
        operation_id="list_rotas",
        summary=_("List on-call rotas"),
        description=_("Returns the on-call rotas of this desk with their members, by name."),
        responses=RotaSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_rota",
        summary=_("Add an on-call rota"),
        description=_("Adds a rota and plans its turns for eight weeks. For desk admins."),
        responses={201: RotaSerializer},
    ),
)
class RotaListView(RotasView, SettingListView):
    """All rotas."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_rota",
        summary=_("Show an on-call rota"),
        description=_("Returns one rota with its members in order."),
    ),
    put=extend_schema(
        operation_id="replace_rota",
        summary=_("Replace an on-call rota"),
        description=_(
            "Replaces a rota and its members, and plans its future turns again. Swapped turns "
            "stay. For desk admins."
        ),
    ),
    delete=extend_schema(
        operation_id="delete_rota",
        summary=_("Delete an on-call rota"),
        description=_("Deletes a rota with its turns. Deactivate it to keep them. For admins."),
        responses={204: None},
    ),
)
class RotaView(RotasView, SettingRowView):
    """One rota."""

    parameter = "rota_id"
