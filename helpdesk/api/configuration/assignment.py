"""What automatic assignment counts: settings of the desk and of agents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent, Desk, Region
from helpdesk.api.base import DeskView, IsAdminToWrite
from helpdesk.api.serializers import NameField, StrictSerializer, read_input
from helpdesk.api.staff.staff import get_colleague
from tickets.services.settings_rows import save_setting

MAX_SMALL = 32767


class AssignmentSettings(StrictSerializer):
    """How the desk assigns tickets."""

    agent_capacity = serializers.IntegerField(
        min_value=1,
        max_value=MAX_SMALL,
        allow_null=True,
        help_text=_("The capacity of agents without one of their own, or null for no limit."),
    )
    prefers_last_agent = serializers.BooleanField(
        help_text=_("True if new tickets go to the agent who had the account's last one.")
    )
    offer_minutes = serializers.IntegerField(
        min_value=0,
        max_value=1440,
        help_text=_("Minutes to accept an assigned ticket; 0 if agents don't have to accept."),
    )


class AssignmentView(DeskView):
    permission_classes = [IsAdminToWrite]
    serializer_class = AssignmentSettings

    @extend_schema(
        operation_id="show_assignment_settings",
        summary=_("Show the assignment settings"),
        description=_("Returns how this desk assigns tickets to agents."),
    )
    def get(self, request: Request) -> Response:
        """Show the settings."""
        return Response(AssignmentSettings(self.agent.desk).data)

    @extend_schema(
        operation_id="set_assignment_settings",
        summary=_("Change the assignment settings"),
        description=_("Replaces how this desk assigns tickets to agents. For desk admins."),
    )
    def put(self, request: Request) -> Response:
        """Replace the settings."""
        given = read_input(AssignmentSettings, request.data)
        desk = Desk.objects.get(pk=self.agent.desk_id)
        save_setting(row=desk, values=given, by=self.agent)
        return Response(AssignmentSettings(desk).data)


class AgentSettings(StrictSerializer):
    """What assignment knows of an agent, beside shifts and skills."""

    capacity = serializers.IntegerField(
        min_value=1,
        max_value=MAX_SMALL,
        allow_null=True,
        help_text=_("The agent's capacity, or null for the desk's default."),
    )
    region = NameField(
        "name",
        queryset=Region.objects.all(),
        allow_null=True,
        help_text=_("The name of the agent's region, or null."),
    )


class AgentView(DeskView):
    permission_classes = [IsAdminToWrite]
    serializer_class = AgentSettings

    @extend_schema(
        operation_id="show_agent",
        summary=_("Show an agent's capacity and region"),
        description=_("Returns an agent's capacity and region."),
    )
    def get(self, request: Request, agent_id: int) -> Response:
        """Show an agent's capacity and region."""
        return self._show(get_colleague(self.agent, agent_id))

    @extend_schema(
        operation_id="set_agent",
        summary=_("Change an agent's capacity and region"),
        description=_("Replaces the capacity and the region of an agent. For desk admins."),
    )
    def put(self, request: Request, agent_id: int) -> Response:
        """Replace an agent's capacity and region."""
        agent = get_colleague(self.agent, agent_id)
        save_setting(row=agent, values=read_input(AgentSettings, request.data), by=self.agent)
        return self._show(agent)

    def _show(self, agent: Agent) -> Response:
        return Response(AgentSettings(agent).data)
