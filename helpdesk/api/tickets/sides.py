"""Side conversations: email with third parties, which customers never see."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import run_once
from helpdesk.api.serializers import read_input
from helpdesk.api.tickets.side_serializers import (
    PeopleInput,
    SideDetail,
    SideInput,
    SideMessageInput,
    SideMessageOutput,
    SideOutput,
)
from helpdesk.shared.third_parties import require_third_parties
from tickets.models import SideConversation, SideMessage
from tickets.services.merged import find_end
from tickets.side_conversations.access import get_side_for_agent, list_sides
from tickets.side_conversations.people import add_people, remove_person
from tickets.side_conversations.writing import finish_side, start_side, write_side


class SideView(DeskView):
    """A view of one side conversation. On a merged ticket's number, it finds those that moved."""

    serializer_class: type[BaseSerializer[Any]] = SideDetail

    def get_side(self, number: int, side_id: int) -> SideConversation:
        """Return a side conversation of a ticket that the agent may see. Raises Http404."""
        try:
            return get_side_for_agent(self.agent, number, side_id)
        except SideConversation.DoesNotExist:
            raise Http404 from None

    def show(self, side: SideConversation) -> Response:
        """Return the side conversation as it is now."""
        found = SideConversation.objects.select_related("ticket__desk", "merged_from__desk")
        return Response(SideDetail(found.get(pk=side.pk)).data)


class SideListView(DeskView):
    serializer_class = SideOutput

    @extend_schema(
        operation_id="list_side_conversations",
        summary=_("List the side conversations of a ticket"),
        description=_(
            "Returns the email conversations with third parties about the ticket, oldest first. "
            "Internal."
        ),
        responses={200: SideOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the side conversations of a ticket."""
        return Response(SideOutput(list_sides(self.get_ticket(number)), many=True).data)

    @extend_schema(
        operation_id="start_side_conversation",
        summary=_("Start a side conversation"),
        description=_(
            "Emails third parties about the ticket. The customer doesn't see it. On a merged "
            "ticket, it is started on the one that continues."
        ),
        request=SideInput,
        responses={201: SideOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Start a side conversation."""
        ticket = self.get_ticket(number)
        given = read_input(SideInput, request.data)
        require_third_parties(self.agent.desk, given["emails"])
        given |= {"agent": self.agent, "at": timezone.now()}
        places = {ticket.pk, find_end(ticket).pk}
        side = run_once(
            request,
            lambda: start_side(ticket_id=ticket.pk, **given),
            visible=SideConversation.objects.filter(ticket__in=places),
        )
        return Response(SideOutput(side).data, status=201)


class OneSideView(SideView):
    @extend_schema(
        operation_id="show_side_conversation",
        summary=_("Show a side conversation"),
        description=_("Returns a side conversation with all of its messages."),
        responses={200: SideDetail},
    )
    def get(self, request: Request, number: int, side_id: int) -> Response:
        """Show a side conversation."""
        return self.show(self.get_side(number, side_id))


class SideMessageView(SideView):
    serializer_class = SideMessageOutput

    @extend_schema(
        operation_id="write_to_third_parties",
        summary=_("Write in a side conversation"),
        description=_(
            "Emails a message to all third parties of the conversation, which is open then. 409 if "
            "one of them replied after “last_seen_message”."
        ),
        request=SideMessageInput,
        responses={201: SideMessageOutput},
    )
    def post(self, request: Request, number: int, side_id: int) -> Response:
        """Write in a side conversation."""
        side = self.get_side(number, side_id)
        given = read_input(SideMessageInput, request.data)
        text, seen = given["text"], given.get("last_seen_message")
        by: dict[str, Any] = {"agent": self.agent, "at": timezone.now()}
        message = run_once(
            request,
            lambda: write_side(side_id=side.pk, text=text, last_seen=seen, **by),
            visible=SideMessage.objects.filter(side=side),
        )
        return Response(SideMessageOutput(message).data, status=201)


class SideDoneView(SideView):
    @extend_schema(
        operation_id="finish_side_conversation",
        summary=_("Mark a side conversation as done"),
        description=_("A message of either side opens it again."),
        request=None,
        responses={200: SideDetail},
    )
    def post(self, request: Request, number: int, side_id: int) -> Response:
        """Mark a side conversation as done."""
        side = self.get_side(number, side_id)
        finish_side(side_id=side.pk, agent=self.agent, at=timezone.now())
        return self.show(side)


class SidePeopleView(SideView):
    @extend_schema(
        operation_id="add_third_parties",
        summary=_("Add people to a side conversation"),
        description=_("They get the next messages, not the earlier ones."),
        request=PeopleInput,
        responses={200: SideDetail},
    )
    def post(self, request: Request, number: int, side_id: int) -> Response:
        """Add people to a side conversation."""
        side = self.get_side(number, side_id)
        emails = read_input(PeopleInput, request.data)["emails"]
        require_third_parties(self.agent.desk, emails)
        add_people(side_id=side.pk, agent=self.agent, emails=emails, at=timezone.now())
        return self.show(side)


class SidePersonView(SideView):
    @extend_schema(
        operation_id="remove_third_party",
        summary=_("Remove a person from a side conversation"),
        description=_("They get no more messages. 409 for the last person."),
        responses={200: SideDetail},
    )
    def delete(self, request: Request, number: int, side_id: int, side_person_id: int) -> Response:
        """Remove a person from a side conversation."""
        side = self.get_side(number, side_id)
        given: dict[str, Any] = {"agent": self.agent, "at": timezone.now()}
        remove_person(side_id=side.pk, person_id=side_person_id, **given)
        return self.show(side)
