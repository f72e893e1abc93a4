"""Absences of agents."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent
from helpdesk.api.base import DeskView
from helpdesk.api.pagination import MAX_ID
from helpdesk.api.references import ReferenceField
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.api.staff.staff import get_colleague
from routing.models import Absence, AbsenceKind
from routing.staff.absences import add_absence, can_plan, cancel_absence


class AbsenceInput(StrictSerializer):
    """An absence."""

    agent_id = serializers.IntegerField(
        min_value=1,
        max_value=MAX_ID,
        required=False,
        help_text=_("The agent's id; leads and admins can name others. If empty, you."),
    )
    kind = serializers.ChoiceField(AbsenceKind.choices, help_text=_("Why the agent is absent."))
    start_at = serializers.DateTimeField(help_text=_("When it starts."))
    end_at = serializers.DateTimeField(help_text=_("When it ends."))
    note = serializers.CharField(
        max_length=200,
        required=False,
        default="",
        help_text=_("For the agent, leads and admins only."),
    )


class AbsenceOutput(serializers.Serializer[Absence]):
    """An absence. Kind and note are empty for those who may not read them."""

    id = serializers.IntegerField(help_text=_("The absence's id."))
    agent = ReferenceField("agent", help_text=_("The agent."))
    kind = serializers.CharField(help_text=_("Why the agent is absent, or empty."))
    start_at = serializers.DateTimeField(help_text=_("When it starts."))
    end_at = serializers.DateTimeField(help_text=_("When it ends."))
    note = serializers.CharField(help_text=_("A note, or empty."))


def show_absence(absence: Absence, reader: Agent) -> dict[str, Any]:
    """Return an absence as this reader may see it."""
    data: dict[str, Any] = dict(AbsenceOutput(absence).data)
    if not (can_plan(reader) or absence.agent_id == reader.pk):
        data |= {"kind": "", "note": ""}
    return data


class AbsenceListView(DeskView):
    serializer_class = AbsenceInput

    @extend_schema(
        operation_id="list_absences",
        summary=_("List absences"),
        description=_("Returns the absences that are not over, of all agents of the desk."),
        responses=AbsenceOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List absences that are not over."""
        coming = Absence.objects.filter(desk=self.agent.desk_id, end_at__gt=timezone.now())
        rows = coming.select_related("agent")
        return Response([show_absence(row, self.agent) for row in rows])

    @extend_schema(
        operation_id="enter_absence",
        summary=_("Enter an absence"),
        description=_("Enters an absence of yours or, for leads and admins, of another agent."),
        responses={201: AbsenceOutput},
    )
    def post(self, request: Request) -> Response:
        """Enter an absence."""
        given = read_input(AbsenceInput, request.data)
        agent = get_colleague(self.agent, given.get("agent_id", self.agent.pk))
        absence = add_absence(
            agent=agent,
            kind=AbsenceKind(given["kind"]),
            start_at=given["start_at"],
            end_at=given["end_at"],
            note=given["note"],
            by=self.agent,
            at=timezone.now(),
        )
        return Response(show_absence(absence, self.agent), status=201)


class AbsenceView(DeskView):
    serializer_class = AbsenceOutput

    @extend_schema(
        operation_id="show_absence",
        summary=_("Show an absence"),
        description=_("Returns one absence of an agent with its times."),
    )
    def get(self, request: Request, absence_id: int) -> Response:
        """Show an absence."""
        return Response(show_absence(self._get_absence(absence_id), self.agent))

    @extend_schema(
        operation_id="cancel_absence",
        summary=_("Cancel an absence"),
        description=_("Removes a future absence, or ends one that has begun."),
        responses={204: None},
    )
    def delete(self, request: Request, absence_id: int) -> Response:
        """Cancel an absence."""
        absence = self._get_absence(absence_id)
        cancel_absence(absence=absence, by=self.agent, at=timezone.now())
        return Response(status=204)

    def _get_absence(self, absence_id: int) -> Absence:
        rows = Absence.objects.select_related("agent").filter(desk=self.agent.desk_id)
        return get_row(rows, absence_id)
