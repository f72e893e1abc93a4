"""Followers of a defect, who are notified about it (M100)."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.defects.base import DefectView, get_agent
from helpdesk.api.defects.serializers import FollowerInput, FollowerOutput
from helpdesk.api.serializers import read_input
from tickets.defects.followers.following import follow_defect, unfollow_defect


class FollowerListView(DefectView):
    serializer_class = FollowerOutput  # type: ignore[assignment]  # of followers

    @extend_schema(
        operation_id="list_followers",
        summary=_("List the followers of a defect"),
        description=_("Returns the agents who are notified about the defect."),
        responses=FollowerOutput(many=True),
    )
    def get(self, request: Request, defect_number: int) -> Response:
        """List the followers of a defect."""
        return self._show_all()

    @extend_schema(
        operation_id="follow_defect",
        summary=_("Add a follower"),
        description=_("Lets an agent follow the defect, or changes the agent's role."),
        request=FollowerInput,
        responses={200: FollowerOutput(many=True)},
    )
    def post(self, request: Request, defect_number: int) -> Response:
        """Let an agent follow a defect."""
        defect, given = self.get_defect(), read_input(FollowerInput, request.data)
        follower = get_agent(request, given["agent"], "agent")
        follow_defect(
            defect_id=defect.pk,
            agent=follower,
            by=self.agent,
            role=given["role"],
            at=timezone.now(),
        )
        return self._show_all()

    def _show_all(self) -> Response:
        followers = self.get_defect().followers.select_related("agent")
        return Response(FollowerOutput(followers, many=True).data)


class FollowerView(DefectView):
    @extend_schema(
        operation_id="unfollow_defect",
        summary=_("Remove a follower"),
        description=_("The agent isn't notified about the defect anymore."),
        responses={204: None},
    )
    def delete(self, request: Request, defect_number: int, agent_id: int) -> Response:
        """Let an agent no longer follow a defect."""
        defect = self.get_defect()
        followers = defect.followers.select_related("agent")
        found = followers.filter(agent__id=agent_id).first()
        if found is None:
            raise Http404
        now = timezone.now()
        unfollow_defect(defect_id=defect.pk, agent=found.agent, by=self.agent, at=now)
        return Response(status=204)
