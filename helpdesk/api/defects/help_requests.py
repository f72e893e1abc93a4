"""Requests for help: asking a group, its queue, answers, and the groups themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.configuration.setting_rows import (
    SettingListView,
    SettingRowView,
    SettingView,
    find_members,
)
from helpdesk.api.defects.base import find_defect
from helpdesk.api.defects.help_serializers import (
    AnswerInput,
    GroupSerializer,
    HelpRequestOutput,
    QuestionInput,
    ReasonInput,
)
from helpdesk.api.idempotency import run_once
from helpdesk.api.pagination import NewestFirst
from helpdesk.api.serializers import read_input
from tickets.help_requests.access import get_request_for_agent, list_requests_for_agent
from tickets.help_requests.answering import Outcome, answer_request
from tickets.help_requests.asking import ask_group, withdraw_request
from tickets.help_requests.groups import save_group
from tickets.models import EngineeringGroup, HelpRequest, HelpState

GROUP = OpenApiParameter("group", description=_("Only questions to the group of this name."))
STATE = OpenApiParameter(
    "state", enum=HelpState.values, description=_("Only questions in this state.")
)


class HelpRequestListView(DeskView):
    pagination_class = NewestFirst
    serializer_class = HelpRequestOutput

    def get_queryset(self) -> QuerySet[HelpRequest]:
        found, asked = list_requests_for_agent(self.agent), self.request.query_params
        if group := asked.get("group", ""):
            found = found.filter(group__name=group)
        if state := asked.get("state", ""):
            if state not in HelpState.values:
                raise ValidationError({"state": [gettext("There is no such state.")]})
            found = found.filter(state=state)
        return found

    @extend_schema(
        operation_id="list_help_requests",
        summary=_("List requests for help"),
        description=_("Returns questions to engineering groups, newest first."),
        parameters=[GROUP, STATE],
        responses=HelpRequestOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List questions to engineering groups, newest first."""
        page: Any = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(HelpRequestOutput(page, many=True).data)


class QuestionView(DeskView):
    serializer_class = HelpRequestOutput

    @extend_schema(
        operation_id="ask_for_help",
        summary=_("Ask an engineering group"),
        description=_("Asks a group about a ticket, which stays where it is."),
        request=QuestionInput,
        responses={201: HelpRequestOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Ask an engineering group about a ticket."""
        ticket, given = self.get_ticket(number), read_input(QuestionInput, request.data)
        key = given.pop("defect", "")
        defect = find_defect(key, self.agent.desk, "defect") if key else None
        asked = run_once(
            request,
            lambda: ask_group(
                ticket_id=ticket.pk, agent=self.agent, defect=defect, at=timezone.now(), **given
            ),
            visible=list_requests_for_agent(self.agent),
        )
        shown = get_request_for_agent(self.agent, asked.pk)
        return Response(HelpRequestOutput(shown).data, status=201)


class HelpRequestView(DeskView):
    serializer_class = HelpRequestOutput

    def get_request(self) -> HelpRequest:
        """Return the request of the URL. Raises Http404."""
        try:
            return get_request_for_agent(self.agent, self.kwargs["help_id"])
        except HelpRequest.DoesNotExist:
            raise Http404 from None

    def show(self) -> Response:
        """Return the request as it is stored now."""
        return Response(HelpRequestOutput(self.get_request()).data)


class OneHelpRequestView(HelpRequestView):
    @extend_schema(
        operation_id="show_help_request",
        summary=_("Show a request for help"),
        description=_("Returns one question with its answer."),
    )
    def get(self, request: Request, help_id: int) -> Response:
        """Show one question with its answer."""
        return self.show()


class AnswerView(HelpRequestView):
    @extend_schema(
        operation_id="answer_help_request",
        summary=_("Answer a request for help"),
        description=_(
            "Ends the request with an answer, changed documentation, or a defect, which is linked "
            "or created. For members of the group and leads. 409 if it has ended already."
        ),
        request=AnswerInput,
    )
    def post(self, request: Request, help_id: int) -> Response:
        """Answer a question."""
        asked, given = self.get_request(), read_input(AnswerInput, request.data)
        outcome = self._build_outcome(given)
        answer_request(help_id=asked.pk, agent=self.agent, outcome=outcome, at=timezone.now())
        return self.show()

    def _build_outcome(self, given: dict[str, Any]) -> Outcome:
        state, text = HelpState(given["outcome"]), given.get("text", "")
        key, title = given.get("defect", ""), given.get("title", "")
        is_defect = state == HelpState.DEFECT
        new = {"title": title, "problem": text} if is_defect and title and not key else None
        return Outcome(
            state=state,
            text=text,
            url=given.get("url", ""),
            defect=find_defect(key, self.agent.desk, "defect") if is_defect and key else None,
            new_defect=new,
        )


class HelpWithdrawalView(HelpRequestView):
    @extend_schema(
        operation_id="withdraw_help_request",
        summary=_("Withdraw a request for help"),
        description=_(
            "Withdraws a question that no longer needs an answer. 409 if it has already ended."
        ),
        request=ReasonInput,
    )
    def post(self, request: Request, help_id: int) -> Response:
        """Withdraw a question."""
        asked, why = self.get_request(), read_input(ReasonInput, request.data)["why"]
        withdraw_request(help_id=asked.pk, agent=self.agent, why=why, at=timezone.now())
        return self.show()


class GroupsView(SettingView):
    model = EngineeringGroup
    serializer_class = GroupSerializer

    def get_rows(self) -> QuerySet[EngineeringGroup]:
        return super().get_rows().prefetch_related("members")

    def describe(self, row: EngineeringGroup) -> dict[str, Any]:
        members = sorted(member.agent_id for member in row.members.all())
        shown = {
            "id": row.pk,
            "name": row.name,
            "response_minutes": row.response_minutes,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "is_active": row.is_active,
            "member_ids": members,
        }
        return dict(GroupSerializer(shown).data)

    def write(self, row: EngineeringGroup, values: dict[str, Any]) -> None:
        members = find_members(self.agent.desk_id, values.pop("member_ids"))
        save_group(group=row, values=values, members=members, by=self.agent)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_engineering_groups",
        summary=_("List engineering groups"),
        description=_("Returns the groups that agents can ask for help, by name."),
        responses=GroupSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_engineering_group",
        summary=_("Add an engineering group"),
        description=_("Adds a group with its members and response target. For desk admins."),
        responses={201: GroupSerializer},
    ),
)
class GroupListView(GroupsView, SettingListView):
    """All groups."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_engineering_group",
        summary=_("Show an engineering group"),
        description=_("Returns one group with its members and response target."),
    ),
    put=extend_schema(
        operation_id="replace_engineering_group",
        summary=_("Replace an engineering group"),
        description=_("Replaces the name, target and members of a group. For desk admins."),
    ),
    delete=extend_schema(
        operation_id="delete_engineering_group",
        summary=_("Delete an engineering group"),
        description=_("Deletes a group. 409 if it was ever asked for help. For desk admins."),
        responses={204: None},
    ),
)
class GroupView(GroupsView, SettingRowView):
    """One group."""

    parameter = "group_id"
