"""Views that change a ticket, and return it as it is then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.serializers import read_input
from helpdesk.api.tickets.serializers import TicketOutput, TicketReceipt
from tickets.access import can_see_ticket
from tickets.actors import Actor
from tickets.models import Ticket

RELATED = (
    "desk",
    "priority",
    "product",
    "department",
    "assignee",
    "owner",
    "contact",
    "account",
    "queue_row",
)
# After a change, its author may no longer see the ticket.
SHOWN = PolymorphicProxySerializer(
    component_name="TicketShown",
    serializers=[TicketOutput, TicketReceipt],
    resource_type_field_name=None,
)


class TicketChangeView(DeskView):
    """A view that changes a ticket and returns it."""

    serializer_class: type[serializers.BaseSerializer[Any]] = TicketOutput

    def show(self, ticket: Ticket) -> Response:
        """Return the ticket as it is now; its number alone if the agent no longer sees it."""
        found = Ticket.objects.select_related(*RELATED).prefetch_related("clocks")
        return Response(describe_ticket(self.agent, found.get(pk=ticket.pk)))

    def read(
        self, kind: type[serializers.Serializer[Any]], request: Request, **context: Any
    ) -> dict[str, Any]:
        """Return what the request says. Raises ValidationError."""
        return read_input(kind, request.data, agent=self.agent, **context)

    def act(self, number: int, service: Callable[..., object], **given: Any) -> Response:
        """Call a service about a ticket in the name of the agent, and return the ticket."""
        ticket = self.get_ticket(number)
        service(ticket_id=ticket.pk, by=Actor.of(self.agent), at=timezone.now(), **given)
        return self.show(ticket)


def describe_ticket(agent: Any, ticket: Ticket) -> dict[str, Any]:
    """Return a ticket for an agent who has just changed it."""
    is_visible = can_see_ticket(
        agent, department_id=ticket.department_id, assignee_id=ticket.assignee_id
    )
    serializer = TicketOutput if is_visible else TicketReceipt
    return dict(serializer(ticket).data)
