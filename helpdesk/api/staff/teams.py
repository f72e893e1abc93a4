"""Regions, teams and skills: read by agents, changed by desk admins."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Region
from helpdesk.api.base import DeskView
from helpdesk.api.configuration.setting_rows import (
    MemberIdsField,
    SettingListView,
    SettingRowView,
    SettingView,
    ZoneField,
    find_members,
)
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import NameField, StrictSerializer, read_input
from helpdesk.api.staff.staff import ShiftItem, WeekPlan
from routing.models import Shift, Skill, Team
from routing.shifts import ShiftFacts
from routing.staff.members import save_team
from routing.staff.week_plans import require_planner, set_shifts


class RegionSerializer(StrictSerializer):
    """A part of the world that the desk has agents in."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=60, help_text=_("The region's name."))
    time_zone = ZoneField()
    position = serializers.IntegerField(
        min_value=0,
        max_value=32767,
        default=0,
        help_text=_("Regions are listed, and hand work on, in this order."),
    )


class RegionsView(SettingView):
    model = Region
    serializer_class = RegionSerializer


@extend_schema_view(
    get=extend_schema(
        operation_id="list_regions",
        summary=_("List regions"),
        description=_("Returns the regions of this desk, in the order in which they hand on work."),
        responses=RegionSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_region",
        summary=_("Add a region"),
        description=_("Adds a region, which agents and accounts can then have. For desk admins."),
        responses={201: RegionSerializer},
    ),
)
class RegionListView(RegionsView, SettingListView):
    """All regions."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_region",
        summary=_("Show a region"),
        description=_("Returns one region with its time zone and position."),
    ),
    put=extend_schema(
        operation_id="replace_region",
        summary=_("Replace a region"),
        description=_("Replaces the name, time zone and position of a region. For desk admins."),
    ),
    delete=extend_schema(
        operation_id="delete_region",
        summary=_("Delete a region"),
        description=_("Deletes a region. Its agents and accounts then have none. For desk admins."),
        responses={204: None},
    ),
)
class RegionView(RegionsView, SettingRowView):
    """One region."""

    parameter = "region_id"


class SkillSerializer(StrictSerializer):
    """A subject that some agents know, such as a product area."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=60, help_text=_("The skill's name."))


class SkillRowsView(SettingView):
    model = Skill
    serializer_class = SkillSerializer


@extend_schema_view(
    get=extend_schema(
        operation_id="list_skills",
        summary=_("List skills"),
        description=_("Returns the skills that agents can have and routing rules can require."),
        responses=SkillSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_skill",
        summary=_("Add a skill"),
        description=_("Adds a skill, which agents can then have. For desk admins."),
        responses={201: SkillSerializer},
    ),
)
class SkillListView(SkillRowsView, SettingListView):
    """All skills."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_skill",
        summary=_("Show a skill"),
        description=_("Returns the name of one skill of this desk."),
    ),
    put=extend_schema(
        operation_id="rename_skill",
        summary=_("Rename a skill"),
        description=_("Renames a skill. Agents and rules keep it. For desk admins."),
    ),
    delete=extend_schema(
        operation_id="delete_skill",
        summary=_("Delete a skill"),
        description=_("Deletes a skill. 409 while a routing rule requires it. For desk admins."),
        responses={204: None},
    ),
)
class SkillView(SkillRowsView, SettingRowView):
    """One skill."""

    parameter = "skill_id"


class TeamSerializer(StrictSerializer):
    """Agents who work the same shifts. Members with shifts of their own follow those instead."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=60, help_text=_("The team's name."))
    region = NameField(
        "name",
        queryset=Region.objects.all(),
        allow_null=True,
        default=None,
        help_text=_("The name of the team's region, or null."),
    )
    member_ids = MemberIdsField(default=list, help_text=_("The ids of the members."))


class TeamsView(SettingView):
    model = Team
    serializer_class = TeamSerializer
    related = ("region",)

    def get_rows(self) -> QuerySet[Team]:
        return super().get_rows().prefetch_related("members")

    def describe(self, row: Team) -> dict[str, Any]:
        members = sorted(agent.pk for agent in row.members.all())
        shown = {"id": row.pk, "name": row.name, "region": row.region, "member_ids": members}
        return dict(TeamSerializer(shown).data)

    def write(self, row: Team, values: dict[str, Any]) -> None:
        members = find_members(self.agent.desk_id, values.pop("member_ids"))
        save_team(team=row, values=values, members=members, by=self.agent)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_teams",
        summary=_("List teams"),
        description=_("Returns the teams of this desk with their members, by name."),
        responses=TeamSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_team",
        summary=_("Add a team"),
        description=_("Adds a team with its members. Give it shifts next. For desk admins."),
        responses={201: TeamSerializer},
    ),
)
class TeamListView(TeamsView, SettingListView):
    """All teams."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_team",
        summary=_("Show a team"),
        description=_("Returns one team with its region and members."),
    ),
    put=extend_schema(
        operation_id="replace_team",
        summary=_("Replace a team"),
        description=_("Replaces the name, region and members of a team. For desk admins."),
    ),
    delete=extend_schema(
        operation_id="delete_team",
        summary=_("Delete a team"),
        description=_("Deletes a team with its shifts. Its members stay. For desk admins."),
        responses={204: None},
    ),
)
class TeamView(TeamsView, SettingRowView):
    """One team."""

    parameter = "team_id"


class TeamShiftsView(DeskView):
    serializer_class = WeekPlan

    @extend_schema(
        operation_id="show_team_week_plan",
        summary=_("Show a team's week plan"),
        description=_("Returns the shifts that members without shifts of their own work."),
    )
    def get(self, request: Request, team_id: int) -> Response:
        """Show a team's shifts."""
        return self._show(self._get_team(team_id))

    @extend_schema(
        operation_id="set_team_week_plan",
        summary=_("Replace a team's week plan"),
        description=_("Replaces all shifts of a team. Only for leads and desk admins."),
    )
    def put(self, request: Request, team_id: int) -> Response:
        """Replace a team's shifts."""
        team = self._get_team(team_id)
        require_planner(team, self.agent)
        given = read_input(WeekPlan, request.data)
        shifts = [ShiftFacts(**dict(shift)) for shift in given["shifts"]]
        set_shifts(owner=team, shifts=shifts, by=self.agent)
        return self._show(team)

    def _get_team(self, team_id: int) -> Team:
        return get_row(Team.objects.filter(desk=self.agent.desk_id), team_id)

    def _show(self, team: Team) -> Response:
        shifts = Shift.objects.filter(team=team).order_by("weekday", "start_minute")
        return Response({"shifts": ShiftItem(shifts, many=True).data})
