"""Base of the views of one defect: access, and conflicts with its current revision."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent, Desk
from helpdesk.api.base import DeskView
from helpdesk.api.defects.serializers import DefectOutput
from tickets.defects.access import find_key, get_defect_for_agent
from tickets.defects.updates.settings import load_stage_settings
from tickets.errors import ConflictError
from tickets.models import Defect

CONFLICT = OpenApiResponse(
    description=_("Someone else changed the defect first. “revision” is its current one.")
)


class DefectView(DeskView):
    """A view of one defect of the desk, by its number."""

    serializer_class = DefectOutput

    def get_defect(self) -> Defect:
        """Return the defect of the URL. Raises Http404."""
        try:
            return get_defect_for_agent(self.agent, self.kwargs["defect_number"])
        except Defect.DoesNotExist:
            raise Http404 from None

    def lock_rows(self) -> None:
        super().lock_rows()
        mine = Defect.objects.select_for_update().filter(desk=self.agent.desk_id)
        mine.filter(number=self.kwargs["defect_number"]).first()

    def show(self, defect: Defect, *, status: int = 200) -> Response:
        """Return a defect as it is stored now."""
        fresh = get_defect_for_agent(self.agent, defect.number)
        return Response(describe_defects([fresh], self.agent)[0], status=status)

    def handle_exception(self, exc: Exception) -> Response:
        """Name the current revision in a conflict, so that the caller can decide anew."""
        response = super().handle_exception(exc)
        if isinstance(exc, ConflictError):
            defect = self.get_defect()
            response.data |= {"revision": defect.revision, "stage": defect.stage}
        return response


def describe_defects(defects: list[Defect], agent: Agent) -> list[dict[str, object]]:
    """Return defects as the API shows them, with the desk's names of stages."""
    context = {"stage_settings": load_stage_settings(agent.desk_id)}
    return list(DefectOutput(defects, many=True, context=context).data)


def find_defect(text: str, desk: Desk, field: str) -> Defect:
    """Return the defect of a key such as "RC-D12". Raises ValidationError for the field."""
    number = find_key(text, desk) or 0
    found = Defect.objects.filter(desk=desk, number=number).select_related("desk").first()
    if found is None:
        example = f"{desk.ticket_prefix}-D12"
        problem = gettext("There is no defect %(key)s. Keys look like %(example)s.")
        raise serializers.ValidationError({field: [problem % {"key": text, "example": example}]})
    return found


def get_agent(request: Request, agent_id: int, field: str) -> Agent:
    """Return an agent of the desk by ID. Raises ValidationError for the field."""
    found = Agent.objects.filter(desk=request.agent.desk_id, pk=agent_id).first()  # type: ignore[attr-defined]  # by accounts.middleware
    if found is None:
        problem = gettext("There is no active agent with the id %(id)s.") % {"id": agent_id}
        raise serializers.ValidationError({field: [problem]})
    return found
