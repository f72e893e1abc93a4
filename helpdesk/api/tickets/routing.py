"""Explanation of how a ticket was routed: the routing rules that were tried."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from routing.rules.explaining import list_traces


class CheckOutput(serializers.Serializer[Any]):
    """A condition that was checked."""

    condition = serializers.CharField(help_text=_("The condition in words."))
    seen = serializers.CharField(help_text=_("What it found."))
    holds = serializers.BooleanField(help_text=_("True if it holds."))


class EffectOutput(serializers.Serializer[Any]):
    """An action of a rule that applied."""

    action = serializers.CharField(help_text=_("The action in words."))
    refused = serializers.CharField(help_text=_("Why it had no effect, or empty."))


class TracedRuleOutput(serializers.Serializer[Any]):
    """A rule of the version that was tried."""

    id = serializers.IntegerField(help_text=_("The rule."))
    name = serializers.CharField(help_text=_("Its name at that time."))
    result = serializers.CharField(help_text=_("applies, fails, not_tried or inactive."))
    checks = CheckOutput(many=True, help_text=_("Its conditions."))
    effects = EffectOutput(many=True, help_text=_("Its actions, if it applied."))


class TraceOutput(serializers.Serializer[Any]):
    """The routing rules as they were tried on a ticket at one time."""

    at = serializers.DateTimeField(help_text=_("When."))
    cause = serializers.CharField(help_text=_("Why, in words."))
    version = serializers.IntegerField(help_text=_("The version of the rules."))
    rules = TracedRuleOutput(many=True, help_text=_("All rules of that version, in order."))


class TicketRoutingView(DeskView):
    serializer_class = TraceOutput

    @extend_schema(
        operation_id="show_ticket_routing",
        summary=_("Show why a ticket was routed"),
        description=_("Returns the routing rules that were tried on the ticket, newest first."),
        responses=TraceOutput(many=True),
    )
    def get(self, request: Request, number: int) -> Response:
        """Show the routing rules that were tried on a ticket."""
        return Response(TraceOutput(list_traces(self.get_ticket(number)), many=True).data)
