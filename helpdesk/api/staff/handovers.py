"""Assignees: assigning and accepting tickets, handovers between agents, and the load of agents."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent, Region
from helpdesk.api.base import DeskView
from helpdesk.api.references import AgentField, ReferenceField
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.api.tickets.serializers import TicketOutput
from helpdesk.api.tickets.showing import TicketChangeView
from routing.handover.lending import take_over
from routing.handover.listing import list_open_handovers
from routing.handover.offers import accept_ticket
from routing.loads import list_loads
from routing.models import Handover, HandoverCause
from tickets.actors import Actor
from tickets.services import assign

REGION = OpenApiParameter(
    "region", description=_("Only handovers to agents of the region with this name.")
)


class AssigneeInput(StrictSerializer):
    """The assignee of a ticket."""

    agent = AgentField(
        queryset=Agent.objects.filter(is_active=True),
        allow_null=True,
        help_text=_("An active agent by id or email address, or null to unassign the ticket."),
    )


class HandoverOutput(serializers.ModelSerializer[Handover]):
    """A ticket that one agent handed over to another."""

    ticket = ReferenceField("ticket", help_text=_("The ticket."))
    owner = ReferenceField(
        "agent", source="ticket.owner", help_text=_("Who gets the ticket back, or null.")
    )
    sender = ReferenceField("agent", help_text=_("The agent who had the ticket, or null."))
    receiver = ReferenceField("agent", help_text=_("The agent who works on it now, or null."))
    region = ReferenceField(
        "region", source="receiver.region", help_text=_("The region of that agent, or null.")
    )
    cause = serializers.ChoiceField(
        HandoverCause.choices, help_text=_("Why the ticket was handed over.")
    )
    note = serializers.JSONField(
        help_text=_(
            "The state of the work: status, since when the customer has been waiting, what is due "
            "when, and the ids of the customer's latest message and of the latest note."
        )
    )
    until = serializers.DateTimeField(help_text=_("When the sender is back, or null."))
    claimed_at = serializers.DateTimeField(help_text=_("When it was accepted, or null."))
    alarmed_at = serializers.DateTimeField(
        help_text=_("When leads were told that nobody had accepted it for a whole shift, or null.")
    )

    class Meta:
        model = Handover
        fields = (
            "id",
            "ticket",
            "owner",
            "sender",
            "receiver",
            "region",
            "cause",
            "note",
            "created_at",
            "until",
            "claimed_at",
            "alarmed_at",
        )


class LoadOutput(serializers.Serializer[Any]):
    """The load of an agent."""

    agent = ReferenceField("agent", help_text=_("The agent."))
    level = serializers.CharField(help_text=_("The agent's support level."))
    load = serializers.IntegerField(
        help_text=_("The weight of the tickets that the agent has to work on, or gets back.")
    )
    capacity = serializers.IntegerField(
        allow_null=True,
        help_text=_("The load up to which tickets are assigned automatically, or null."),
    )


class AssigneeView(TicketChangeView):
    @extend_schema(
        operation_id="assign_ticket",
        summary=_("Assign a ticket"),
        description=_("Assigns the ticket to an agent, or to nobody. This ends its handover."),
        request=AssigneeInput,
        responses={200: TicketOutput},
    )
    def put(self, request: Request, number: int) -> Response:
        """Assign the ticket to an agent, or to nobody."""
        ticket = self.get_ticket(number)
        agent = read_input(AssigneeInput, request.data)["agent"]
        assign(ticket_id=ticket.pk, agent=agent, by=Actor.of(self.agent), at=timezone.now())
        return self.show(ticket)


class AcceptanceView(TicketChangeView):
    @extend_schema(
        operation_id="accept_ticket",
        summary=_("Accept a ticket"),
        description=_(
            "Accepts a ticket that was offered or handed over to you, or takes over one that was "
            "handed over to another agent. 409 if it is neither."
        ),
        request=None,
        responses={200: TicketOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Accept the ticket, or take it over."""
        ticket = self.get_ticket(number)
        change = accept_ticket if ticket.assignee_id == self.agent.pk else take_over
        change(ticket_id=ticket.pk, agent=self.agent, at=timezone.now())
        return self.show(ticket)


class HandoverListView(DeskView):
    serializer_class = HandoverOutput

    def get_queryset(self) -> QuerySet[Handover]:
        name = self.request.query_params.get("region", "")[:60].replace("\0", "")
        if not name:
            return list_open_handovers(self.agent)
        region = Region.objects.filter(desk=self.agent.desk_id, name=name).first()
        if region is None:
            raise ValidationError({"region": [gettext("This desk has no such region.")]})
        return list_open_handovers(self.agent, region_id=region.pk)

    @extend_schema(
        operation_id="list_handovers",
        summary=_("List handovers"),
        description=_(
            "Returns the tickets that agents work on for others at the moment, newest first, up "
            "to 200."
        ),
        parameters=[REGION],
        responses={200: HandoverOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List the open handovers of the desk."""
        return Response(HandoverOutput(self.get_queryset(), many=True).data)


class LoadListView(DeskView):
    serializer_class = LoadOutput

    @extend_schema(
        operation_id="list_loads",
        summary=_("List the load of agents"),
        description=_(
            "Returns the load and the capacity of each active agent. New tickets go to the agent "
            "with the lightest load."
        ),
        responses={200: LoadOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List the load of each active agent."""
        desk = self.agent.desk
        loads = list_loads(desk.pk, timezone.now())
        agents = Agent.objects.filter(desk=desk, pk__in=loads).order_by("name", "pk")
        found = [
            {
                "agent": agent,
                "level": agent.level,
                "load": loads[agent.pk],
                "capacity": agent.capacity or desk.agent_capacity,
            }
            for agent in agents
        ]
        return Response(LoadOutput(found, many=True).data)
