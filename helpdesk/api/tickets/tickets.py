"""Tickets: list, open and show."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import run_once
from helpdesk.api.serializers import read_input
from helpdesk.api.tickets.corrections import TicketPatch, change_ticket
from helpdesk.api.tickets.expansions import EXPAND, FIELDS, LISTED, describe_tickets
from helpdesk.api.tickets.filters import PARAMETERS, read_query
from helpdesk.api.tickets.listed import list_tickets
from helpdesk.api.tickets.opening import TicketInput, open_ticket
from helpdesk.api.tickets.paging import TicketPages
from helpdesk.api.tickets.serializers import TicketDetail, TicketOutput
from helpdesk.api.tickets.showing import RELATED, SHOWN, TicketChangeView, describe_ticket
from tickets.models import Ticket


class TicketListView(DeskView):
    pagination_class = TicketPages
    shapes_itself = True
    serializer_class = TicketOutput
    ordering: tuple[str, ...]

    @extend_schema(
        operation_id="list_tickets",
        summary=_("List tickets"),
        description=_(
            "Returns the tickets of this desk that you can see, most recently changed first "
            "unless you choose a view or an order. Tickets must match all filters."
        ),
        parameters=[*PARAMETERS, FIELDS, EXPAND],
        responses={200: LISTED},
    )
    def get(self, request: Request) -> Response:
        """List the desk's tickets."""
        asked = read_query(self.agent, request.query_params, at=timezone.now())
        self.ordering = asked.ordering
        rows: Any = self.paginate_queryset(asked.tickets)
        page = list_tickets(rows, prefix=self.agent.desk.ticket_prefix)
        return self.get_paginated_response(describe_tickets(page, request.query_params))

    @extend_schema(
        operation_id="open_ticket",
        summary=_("Open a ticket for a customer"),
        description=_(
            "Opens a ticket, routes it and starts its SLA clock. If it's routed to a department "
            "whose tickets you can't see, only its number is returned."
        ),
        request=TicketInput,
        responses={201: SHOWN},
    )
    def post(self, request: Request) -> Response:
        """Open a ticket for a customer."""
        given = read_input(TicketInput, request.data, agent=self.agent)
        # The key belongs to the agent, so the ticket is looked up in the whole desk.
        made = Ticket.objects.filter(desk=self.agent.desk_id).select_related(*RELATED)
        ticket = run_once(
            request,
            lambda: open_ticket(self.agent, given, desk=request.desk),  # type: ignore[attr-defined]  # by accounts.middleware
            visible=made,
        )
        return Response(describe_ticket(self.agent, ticket), status=201)


class TicketView(TicketChangeView):
    serializer_class = TicketDetail

    @extend_schema(
        operation_id="show_ticket",
        summary=_("Show a ticket"),
        description=_("Returns one ticket with its newest public messages."),
    )
    def get(self, request: Request, number: int) -> Response:
        """Show one ticket with its public messages."""
        return Response(TicketDetail(self.get_ticket(number)).data)

    @extend_schema(
        operation_id="change_ticket",
        summary=_("Change a ticket"),
        description=_(
            "Changes the given properties, all of them or none. Other properties keep their "
            "values. To change the status, use moves; to change the level, escalate the ticket "
            "or give it back."
        ),
        request=TicketPatch,
        responses={200: SHOWN},
    )
    def patch(self, request: Request, number: int) -> Response:
        """Change properties of the ticket."""
        ticket = self.get_ticket(number)
        given = self.read(TicketPatch, request)
        change_ticket(ticket, given, agent=self.agent, at=timezone.now())
        return self.show(ticket)
