"""The history of a ticket: its events, oldest first."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.agent.ticket_page.history_queries import hide_other_tickets
from helpdesk.api.base import DeskView
from helpdesk.api.serializers import Extras
from helpdesk.api.tickets.paging import Ascending
from tickets.models import ActorKind, TicketEvent


class ActorOutput(serializers.Serializer[Any]):
    """Who caused an event."""

    kind = serializers.ChoiceField(ActorKind.choices, help_text=_("The kind of actor."))
    id = serializers.IntegerField(
        allow_null=True, help_text=_("The id of the agent or contact; null for Plumbline.")
    )
    name = serializers.CharField(help_text=_("The name at that time."))


class TicketEventOutput(serializers.ModelSerializer[TicketEvent]):
    """An event of a ticket. Events never change."""

    actor = serializers.SerializerMethodField(help_text=_("Who caused it."))

    class Meta:
        model = TicketEvent
        fields = ("id", "kind", "at", "actor", "channel", "data")
        extra_kwargs: ClassVar[Extras] = {
            "kind": {"help_text": _("What happened, such as “ticket.closed”.")},
            "at": {"help_text": _("When it happened.")},
            "channel": {"help_text": _("The channel of a message, or empty.")},
            "data": {
                "help_text": _(
                    "Facts, which depend on the kind. Pairs are the values before and after. "
                    "For agents only."
                )
            },
        }

    @extend_schema_field(ActorOutput)
    def get_actor(self, event: TicketEvent) -> Any:
        return {"kind": event.actor_kind, "id": event.actor_id, "name": event.actor_name}


class TicketEventListView(DeskView):
    serializer_class = TicketEventOutput
    pagination_class = Ascending

    @extend_schema(
        operation_id="list_ticket_events",
        summary=_("List the events of a ticket"),
        description=_(
            "Returns the ticket's history, oldest first: new events come at the end. Other tickets "
            "are named only if you can see them."
        ),
        responses={200: TicketEventOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the ticket's events."""
        events = TicketEvent.objects.filter(ticket=self.get_ticket(number))
        page: Any = self.paginate_queryset(events)
        hide_other_tickets(page, self.agent)
        return self.get_paginated_response(TicketEventOutput(page, many=True).data)
