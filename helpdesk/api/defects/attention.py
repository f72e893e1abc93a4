"""Requests for attention, and escalated accounts."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk.api.base import DeskView, IsAgent
from helpdesk.api.defects.help_serializers import (
    AccountEscalationInput,
    AccountEscalationOutput,
    AttentionDecision,
    AttentionInput,
    AttentionOutput,
    EscalationUpdateOutput,
    ReasonInput,
    UpdateInput,
)
from helpdesk.api.idempotency import run_once
from helpdesk.api.pagination import NewestFirst
from helpdesk.api.rows import get_account
from helpdesk.api.serializers import read_input
from helpdesk.shared.attention import list_attentive_leads
from tickets.attention.access import (
    find_escalation,
    get_attention_for_agent,
    list_attention_for_agent,
)
from tickets.attention.asking import ask_attention
from tickets.attention.deciding import decide_attention
from tickets.attention.escalating import (
    EscalationPlan,
    add_update,
    change_escalation,
    end_escalation,
    escalate_account,
)
from tickets.models import AccountEscalation, AttentionRequest, AttentionState, EscalationUpdate

STATE = OpenApiParameter(
    "state", enum=AttentionState.values, description=_("Only requests in this state.")
)


class IsAgentToAsk(IsAgent):
    """Let observers, such as executives, ask for attention too."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if super().has_permission(request, view) or request.method in SAFE_METHODS:
            return request.agent is not None  # type: ignore[attr-defined]  # by accounts.middleware
        agent = request.agent  # type: ignore[attr-defined]  # by accounts.middleware
        return agent is not None and agent.is_active


class AttentionListView(DeskView):
    permission_classes = [IsAgentToAsk]
    pagination_class = NewestFirst
    serializer_class = AttentionOutput

    @extend_schema(
        operation_id="list_attention",
        summary=_("List requests for attention"),
        description=_("Returns the requests that you can see, newest first."),
        parameters=[STATE],
        responses=AttentionOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List requests for attention, newest first."""
        found = list_attention_for_agent(self.agent)
        if state := request.query_params.get("state", ""):
            if state not in AttentionState.values:
                raise ValidationError({"state": [gettext("There is no such state.")]})
            found = found.filter(state=state)
        page: Any = self.paginate_queryset(found)
        return self.get_paginated_response(AttentionOutput(page, many=True).data)

    @extend_schema(
        operation_id="ask_for_attention",
        summary=_("Ask for attention"),
        description=_(
            "Asks the lead on call, or else the leads on shift, to look after a ticket or an "
            "account. For the account's managers, observers, leads and admins. 409 if a request is "
            "already waiting for a decision."
        ),
        request=AttentionInput,
        responses={201: AttentionOutput},
    )
    def post(self, request: Request) -> Response:
        """Ask for attention on a ticket or an account."""
        given = read_input(AttentionInput, request.data)
        number, account_id = given.pop("ticket", None), given.pop("account", None)
        if (number is None) == (account_id is None):
            raise ValidationError({"ticket": [gettext("Name either a ticket or an account.")]})
        ticket_id = self.get_ticket(number).pk if number else None
        account = get_account(self, account_id) if account_id else None
        now = timezone.now()
        asked = run_once(
            request,
            lambda: ask_attention(
                agent=self.agent,
                leads=list_attentive_leads(self.agent.desk, now),
                at=now,
                ticket_id=ticket_id,
                account=account,
                **given,
            ),
            visible=list_attention_for_agent(self.agent),
        )
        shown = get_attention_for_agent(self.agent, asked.pk)
        return Response(AttentionOutput(shown).data, status=201)


class AttentionDecisionView(DeskView):
    serializer_class = AttentionOutput

    @extend_schema(
        operation_id="decide_attention",
        summary=_("Decide on a request for attention"),
        description=_("Accepts or declines a request. For leads. 409 if it was decided already."),
        request=AttentionDecision,
    )
    def post(self, request: Request, attention_id: int) -> Response:
        """Accept or decline a request for attention."""
        try:
            asked = get_attention_for_agent(self.agent, attention_id)
        except AttentionRequest.DoesNotExist:
            raise Http404 from None
        given, now = read_input(AttentionDecision, request.data), timezone.now()
        decide_attention(attention_id=asked.pk, agent=self.agent, at=now, **given)
        shown = get_attention_for_agent(self.agent, asked.pk)
        return Response(AttentionOutput(shown).data)


class AccountView(DeskView):
    """A view of the escalation of an account."""

    serializer_class = AccountEscalationOutput

    def get_escalation(self) -> AccountEscalation:
        """Return the running escalation of the account of the URL. Raises Http404."""
        escalation = find_escalation(get_account(self, self.kwargs["account_id"]))
        if escalation is None:
            raise Http404
        return escalation


class EscalationView(AccountView):
    @extend_schema(
        operation_id="show_account_escalation",
        summary=_("Show the escalation of an account"),
        description=_("Returns the running escalation of an account. 404 if there is none."),
    )
    def get(self, request: Request, account_id: int) -> Response:
        """Show the running escalation of an account."""
        return Response(AccountEscalationOutput(self.get_escalation()).data)

    @extend_schema(
        operation_id="escalate_account",
        summary=_("Escalate an account"),
        description=_(
            "Escalates an account, or changes the lead, exit criteria and update cadence of its "
            "escalation. All its tickets show them. For leads and admins."
        ),
        request=AccountEscalationInput,
    )
    def put(self, request: Request, account_id: int) -> Response:
        """Escalate an account, or change its escalation."""
        account = get_account(self, account_id)
        given, now = read_input(AccountEscalationInput, request.data), timezone.now()
        why = given.pop("why", "")
        plan, escalation = EscalationPlan(**given), find_escalation(account)
        if escalation is None:
            escalate_account(account=account, plan=plan, why=why, agent=self.agent, at=now)
        else:
            change_escalation(escalation_id=escalation.pk, plan=plan, agent=self.agent, at=now)
        return Response(AccountEscalationOutput(self.get_escalation()).data)


class EscalationEndView(AccountView):
    @extend_schema(
        operation_id="end_account_escalation",
        summary=_("End the escalation of an account"),
        description=_("Ends it with a reason. For its lead, leads and admins."),
        request=ReasonInput,
        responses={204: None},
    )
    def post(self, request: Request, account_id: int) -> Response:
        """End the escalation of an account."""
        escalation, why = self.get_escalation(), read_input(ReasonInput, request.data)["why"]
        now = timezone.now()
        end_escalation(escalation_id=escalation.pk, agent=self.agent, why=why, at=now)
        return Response(status=204)


class EscalationUpdateListView(AccountView):
    pagination_class = NewestFirst
    serializer_class = EscalationUpdateOutput  # type: ignore[assignment]  # of updates

    @extend_schema(
        operation_id="list_escalation_updates",
        summary=_("List updates about an escalated account"),
        description=_("Returns what its lead reported, newest first."),
        responses=EscalationUpdateOutput(many=True),
    )
    def get(self, request: Request, account_id: int) -> Response:
        """List updates about an escalated account."""
        page: Any = self.paginate_queryset(self._list())
        return self.get_paginated_response(EscalationUpdateOutput(page, many=True).data)

    @extend_schema(
        operation_id="add_escalation_update",
        summary=_("Add an update about an escalated account"),
        description=_("Adds an update. The next one is due after the hours between updates."),
        request=UpdateInput,
        responses={201: EscalationUpdateOutput},
    )
    def post(self, request: Request, account_id: int) -> Response:
        """Add an update about an escalated account."""
        escalation, text = self.get_escalation(), read_input(UpdateInput, request.data)["text"]
        now = timezone.now()
        update = run_once(
            request,
            lambda: add_update(escalation_id=escalation.pk, agent=self.agent, text=text, at=now),
            visible=self._list(),
        )
        return Response(EscalationUpdateOutput(update).data, status=201)

    def _list(self) -> Any:
        updates = EscalationUpdate.objects.filter(escalation=self.get_escalation())
        return updates.select_related("agent")
