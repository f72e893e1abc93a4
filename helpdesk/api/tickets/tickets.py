"""Tickets: list, open and show."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Level
from accounts.services import match_verified_address
from channels_intake.incoming.requests import accept_request
from channels_intake.incoming.senders import get_or_create_contact, read_sender
from channels_intake.mime.envelope import Address
from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import IDEMPOTENCY_KEY, KEY_REUSED, run_once
from helpdesk.api.pagination import LastChangedFirst
from helpdesk.api.tickets.listed import list_tickets
from helpdesk.api.tickets.serializers import TicketDetail, TicketInput, TicketOutput, TicketReceipt
from helpdesk.shared.own_addresses import OWN_ADDRESS_ERROR
from tickets.access import can_see_ticket, queue_for_agent
from tickets.actors import Actor
from tickets.models import Channel, QueueRow, Ticket, TicketTag
from tickets.search.find import search_for_agent
from tickets.selectors import MAX_SEARCH_LENGTH

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
OPENED = PolymorphicProxySerializer(
    component_name="TicketOpened",
    serializers=[TicketOutput, TicketReceipt],
    resource_type_field_name=None,
)
WORDS = OpenApiParameter(
    "q",
    description=_(
        "Only tickets that contain all of these words, like the search on the agent pages: in the "
        "names of the requester and account, the subject, messages, notes or file names. Covers "
        "the newest 200 matches."
    ),
)
TAG = OpenApiParameter("tag", description=_("Only tickets with this tag. Case doesn't matter."))
LEVEL = OpenApiParameter(
    "level", enum=Level.values, description=_("Only tickets at this support level.")
)


class TicketListView(DeskView):
    pagination_class = LastChangedFirst
    serializer_class = TicketOutput

    def get_queryset(self) -> QuerySet[QueueRow]:
        tickets = queue_for_agent(self.agent)
        level = self.request.query_params.get("level", "")
        if level:
            if level not in Level.values:
                raise ValidationError({"level": [gettext("This level doesn't exist.")]})
            tickets = tickets.filter(level=level)
        words = self.request.query_params.get("q", "").strip()[:MAX_SEARCH_LENGTH]
        if tag := self.request.query_params.get("tag", "").strip():
            named = TicketTag.objects.filter(desk=self.agent.desk_id, tag__name__iexact=tag)
            tickets = tickets.filter(pk__in=named.values("ticket_id"))
        return tickets.filter(pk__in=search_for_agent(self.agent, words).ids) if words else tickets

    @extend_schema(
        operation_id="list_tickets",
        summary=_("List tickets"),
        description=_(
            "Returns the tickets of this desk that you can see, most recently changed first, 50 "
            "per page. “next” and “previous” are the URLs of the adjacent pages."
        ),
        parameters=[WORDS, LEVEL, TAG],
    )
    def get(self, request: Request) -> Response:
        """List the desk's tickets, last changed first."""
        rows: Any = self.paginate_queryset(self.get_queryset())
        page: Any = list_tickets(rows, prefix=self.agent.desk.ticket_prefix)
        return self.get_paginated_response(TicketOutput(page, many=True).data)

    @extend_schema(
        operation_id="open_ticket",
        summary=_("Open a ticket for a customer"),
        description=_(
            "Opens a ticket, routes it and starts its SLA clock. If it's routed to a department "
            "whose tickets you can't see, only its number is returned."
        ),
        request=TicketInput,
        responses={201: OPENED, 422: KEY_REUSED},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Open a ticket for a customer."""
        serializer = TicketInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        # The key belongs to the agent, so the ticket is looked up in the whole desk.
        made = Ticket.objects.filter(desk=self.agent.desk_id).select_related(*RELATED)
        ticket = run_once(
            request, lambda: _open_ticket(request, serializer.validated_data), visible=made
        )
        return Response(_describe_opened(request, ticket), status=201)


def _describe_opened(request: Any, ticket: Ticket) -> dict[str, Any]:
    is_visible = can_see_ticket(
        request.agent, department_id=ticket.department_id, assignee_id=ticket.assignee_id
    )
    serializer = TicketOutput if is_visible else TicketReceipt
    return serializer(ticket).data


def _open_ticket(request: Any, data: dict[str, Any]) -> Ticket:
    address = Address(data["contact"]["email"], data["contact"]["name"])
    sender = read_sender(request.desk, address.email)
    if sender.is_mailbox:
        raise ValidationError({"contact": {"email": [OWN_ADDRESS_ERROR]}})
    contact = sender.contact
    if contact is None:
        account_id = match_verified_address(desk=request.desk, email=address.email).account_id
        contact = get_or_create_contact(request.desk, address, account_id=account_id)
    return accept_request(
        desk=request.desk,
        contact=contact,
        subject=data["subject"],
        text=data["text"],
        priority=data.get("priority") or sender.default_priority,
        channel=Channel.API,
        product=data.get("product"),
        by=Actor.of(request.agent),
        at=timezone.now(),
    )


class TicketView(DeskView):
    serializer_class = TicketDetail

    @extend_schema(
        operation_id="show_ticket",
        summary=_("Show a ticket"),
        description=_("Returns one ticket with its public messages."),
    )
    def get(self, request: Request, number: int) -> Response:
        """Show one ticket with its public messages."""
        return Response(TicketDetail(self.get_ticket(number)).data)
