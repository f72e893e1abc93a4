"""On-call turns and swaps."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent
from helpdesk.api.base import DeskView
from helpdesk.api.pagination import MAX_ID, NewestFirst
from helpdesk.api.references import ReferenceField
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.api.staff.staff import get_colleague
from routing.models import OnCallSwap, OnCallTurn
from routing.staff.absences import can_plan
from routing.staff.on_call import PLANNED_AHEAD, decide_swap, offer_swap, withdraw_swap

DECISIONS = ("accept", "decline", "withdraw")


class TurnOutput(serializers.Serializer[Any]):
    """A turn on call."""

    id = serializers.IntegerField(help_text=_("The turn's id."))
    rota = ReferenceField("on_call_rota", help_text=_("The rota."))
    level = serializers.CharField(
        source="rota.level", help_text=_("The level that the rota covers; empty for all.")
    )
    agent = ReferenceField("agent", help_text=_("The agent on call."))
    start_at = serializers.DateTimeField(help_text=_("When the turn starts."))
    end_at = serializers.DateTimeField(help_text=_("When the turn ends."))


class TurnListView(DeskView):
    serializer_class = TurnOutput

    @extend_schema(
        operation_id="list_on_call_turns",
        summary=_("List on-call turns"),
        description=_("Returns the turns of the coming eight weeks, the current ones first."),
        responses=TurnOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the turns of the coming weeks."""
        now = timezone.now()
        coming = OnCallTurn.objects.filter(
            desk=self.agent.desk_id,
            rota__is_active=True,
            end_at__gt=now,
            start_at__lt=now + PLANNED_AHEAD,
        )
        return Response(TurnOutput(coming.select_related("rota", "agent"), many=True).data)


class SwapInput(StrictSerializer):
    """An offer of one of your turns to another agent."""

    turn_id = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, help_text=_("The id of your turn.")
    )
    agent_id = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, help_text=_("The id of the agent whom you ask.")
    )
    in_return_id = serializers.IntegerField(
        min_value=1,
        max_value=MAX_ID,
        required=False,
        allow_null=True,
        default=None,
        help_text=_("The id of a turn of that agent that you take in return, or null."),
    )


class SwapOutput(serializers.Serializer[OnCallSwap]):
    """A swap of on-call turns."""

    id = serializers.IntegerField(help_text=_("The swap's id."))
    turn_id = serializers.IntegerField(help_text=_("The id of the offered turn."))
    in_return_id = serializers.IntegerField(
        allow_null=True, help_text=_("The id of the turn in return, or null.")
    )
    offered_by = ReferenceField("agent", help_text=_("The agent who offers it."))
    offered_to = ReferenceField("agent", help_text=_("The agent who is asked."))
    state = serializers.CharField(help_text=_("Offered, accepted, declined or withdrawn."))


class SwapsView(DeskView):
    def get_queryset(self) -> QuerySet[OnCallSwap]:
        """Return the swaps by and to the agent; for leads and admins, those of all agents."""
        mine = OnCallSwap.objects.filter(desk=self.agent.desk_id)
        swaps = mine.select_related("offered_by", "offered_to")
        if can_plan(self.agent):
            return swaps
        return swaps.filter(Q(offered_by=self.agent) | Q(offered_to=self.agent))


class SwapListView(SwapsView):
    serializer_class = SwapInput
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_swaps",
        summary=_("List swaps"),
        description=_(
            "Returns swaps that you offered or were asked for, newest first, 50 per page; for "
            "leads and admins, those of all agents."
        ),
        responses=SwapOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List swaps."""
        page: Any = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(SwapOutput(page, many=True).data)

    @extend_schema(
        operation_id="offer_swap",
        summary=_("Offer an on-call turn"),
        description=_("Asks another agent to take one of your turns, and notifies them."),
        responses={201: SwapOutput},
    )
    def post(self, request: Request) -> Response:
        """Offer a turn to another agent."""
        given = read_input(SwapInput, request.data)
        other = given["in_return_id"]
        swap = offer_swap(
            turn=self._get_turn(given["turn_id"], "turn_id"),
            to=self._get_agent(given["agent_id"]),
            by=self.agent,
            at=timezone.now(),
            in_return=self._get_turn(other, "in_return_id") if other else None,
        )
        return Response(SwapOutput(swap).data, status=201)

    def _get_turn(self, turn_id: int, field: str) -> OnCallTurn:
        turn = OnCallTurn.objects.filter(desk=self.agent.desk_id, pk=turn_id).first()
        if turn is None:
            raise serializers.ValidationError({field: [_("This turn doesn't exist.")]})
        return turn

    def _get_agent(self, agent_id: int) -> Agent:
        try:
            return get_colleague(self.agent, agent_id)
        except Http404:
            raise serializers.ValidationError(
                {"agent_id": [_("This agent doesn't exist.")]}
            ) from None


class SwapDecisionInput(StrictSerializer):
    """An answer to an offer, or its withdrawal."""

    decision = serializers.ChoiceField(
        DECISIONS, help_text=_("Accept or decline an offer to you; withdraw your own.")
    )


class SwapView(SwapsView):
    serializer_class = SwapDecisionInput

    @extend_schema(
        operation_id="show_swap",
        summary=_("Show a swap"),
        description=_("Returns one swap with its state and turns."),
        responses=SwapOutput,
    )
    def get(self, request: Request, swap_id: int) -> Response:
        """Show a swap."""
        return Response(SwapOutput(get_row(self.get_queryset(), swap_id)).data)

    @extend_schema(
        operation_id="decide_swap",
        summary=_("Answer or withdraw a swap"),
        description=_("Accepting exchanges the agents of the turns. 409 if it was decided before."),
        responses={200: SwapOutput},
    )
    def post(self, request: Request, swap_id: int) -> Response:
        """Accept, decline or withdraw an offer."""
        swap = get_row(OnCallSwap.objects.filter(desk=self.agent.desk_id), swap_id)
        decision, at = read_input(SwapDecisionInput, request.data)["decision"], timezone.now()
        if decision == "withdraw":
            decided = withdraw_swap(swap=swap, by=self.agent, at=at)
        else:
            decided = decide_swap(swap=swap, by=self.agent, is_accepted=decision == "accept", at=at)
        return Response(SwapOutput(decided).data)
