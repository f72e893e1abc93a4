"""The escalation ladder of a ticket, and its acknowledgement."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.references import OutsideReference, refer_by_name
from sla.ladders import acknowledge
from sla.ladders.selectors import STEP_STATES, ShownLadder, find_ladder
from sla.models import Action
from tickets.actors import Actor
from tickets.models import Ticket


class LadderStepOutput(serializers.Serializer[Any]):
    """A step of a ladder."""

    number = serializers.IntegerField(help_text=_("Its place on the ladder, from 1."))
    action = serializers.ChoiceField(
        choices=Action.choices, help_text=_("What the step does, and who is alerted.")
    )
    state = serializers.ChoiceField(
        choices=STEP_STATES, help_text=_("Whether the step is done, comes next, or comes later.")
    )
    at = serializers.DateTimeField(
        allow_null=True, help_text=_("When it ran, or will run if nobody acknowledges.")
    )
    names = serializers.ListField(
        child=serializers.CharField(), help_text=_("The agents it alerted.")
    )


class LadderOutput(serializers.Serializer[Any]):
    """The ladder that runs on a ticket."""

    name = serializers.CharField(help_text=_("The name of the ladder."))
    clock = serializers.CharField(help_text=_("The clock whose deadline the steps count from."))
    round = serializers.IntegerField(
        help_text=_("The current round. Above 1 after the ladder started again.")
    )
    is_paused = serializers.BooleanField(help_text=_("True while its clock is paused."))
    acknowledged_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When an agent acknowledged; empty while it alerts.")
    )
    acknowledged_by = serializers.SerializerMethodField(
        help_text=_("Who acknowledged, or null. The id is null if only the name is known.")
    )
    resumes_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When it continues if nothing happens on the ticket.")
    )
    steps = LadderStepOutput(many=True, help_text=_("The steps of this round, in order."))

    @extend_schema_field(OutsideReference(allow_null=True))
    def get_acknowledged_by(self, ladder: ShownLadder) -> Any:
        name = ladder.acknowledged_by
        return refer_by_name(name, ladder.acknowledger_id) if name else None


class LadderView(DeskView):
    """The ladder of a ticket."""

    serializer_class = LadderOutput

    @extend_schema(
        operation_id="get_ladder",
        summary=_("Get a ticket's escalation ladder"),
        description=_(
            "Returns the steps that ran, and which step comes next and when. 404 if no ladder is "
            "running."
        ),
        responses={200: LadderOutput},
    )
    def get(self, request: Request, number: int) -> Response:
        """Return the ladder that runs on a ticket."""
        return self.show(self.get_ticket(number))

    @extend_schema(
        operation_id="acknowledge_ladder",
        summary=_("Acknowledge a ticket's escalation"),
        description=_(
            "Stops the alerts. The ladder continues if nothing happens on the ticket for the time "
            "that it says. Does nothing if another agent already acknowledged. 409 if no ladder is "
            "running."
        ),
        request=None,
        responses={200: LadderOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Acknowledge the ladder as the signed-in agent."""
        ticket = self.get_ticket(number)
        acknowledge(ticket_id=ticket.pk, by=Actor.of(self.agent), at=timezone.now())
        return self.show(ticket)

    def show(self, ticket: Ticket) -> Response:
        """Return the ladder as it is now. Raises Http404."""
        ladder = find_ladder(ticket)
        if ladder is None:
            raise Http404
        return Response(LadderOutput(ladder).data)
