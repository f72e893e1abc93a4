"""Who else is on a ticket now, and what they are typing. Nothing of this is stored."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.references import Reference, refer_by_name
from helpdesk.api.serializers import StrictSerializer
from helpdesk.api.tickets.showing import TicketChangeView
from helpdesk.live.viewers import read_others, set_typing, set_viewing
from tickets.models import Ticket

DOING = ("", "reply", "note")
DOING_HELP = _("“reply” or “note” while typing one; otherwise empty.")


class TicketViewer(serializers.Serializer[Any]):
    """An agent who is on a ticket."""

    agent = Reference(help_text=_("The agent."))
    doing = serializers.ChoiceField(DOING, help_text=DOING_HELP)


class ViewingInput(StrictSerializer):
    """What you are doing on a ticket."""

    doing = serializers.ChoiceField(DOING, default="", help_text=DOING_HELP)


class ViewerListView(TicketChangeView):
    serializer_class = TicketViewer
    is_live = True

    @extend_schema(
        operation_id="list_viewers",
        summary=_("List who else is on a ticket"),
        description=_("Returns the other agents who are viewing the ticket now, by name."),
        responses={200: TicketViewer(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the other viewers."""
        return self.show_others(self.get_ticket(number))

    def show_others(self, ticket: Ticket) -> Response:
        """Return the other agents on a ticket as they are now."""
        others = [
            {"agent": refer_by_name(str(one["name"]), int(one["id"])), "doing": one["doing"]}
            for one in read_others(self.agent, ticket.number)
        ]
        return Response(TicketViewer(others, many=True).data)


class ViewingView(ViewerListView):
    http_method_names = ["put", "delete", "options"]

    @extend_schema(
        operation_id="mark_viewing",
        summary=_("Show yourself on a ticket"),
        description=_(
            "Shows other agents for 18 seconds that you're viewing the ticket, and for 10 seconds "
            "that you're typing a reply or note. Repeat the request to stay visible. Returns the "
            "other viewers."
        ),
        request=ViewingInput,
        responses={200: TicketViewer(many=True)},
    )
    def put(self, request: Request, number: int) -> Response:
        """Show the agent to others on the ticket."""
        ticket = self.get_ticket(number)
        doing = self.read(ViewingInput, request)["doing"]
        set_viewing(self.agent, ticket.number, is_there=True)
        set_typing(self.agent, ticket.number, doing)
        return self.show_others(ticket)

    @extend_schema(
        operation_id="stop_viewing",
        summary=_("Stop showing yourself on a ticket"),
        description=_("Stops showing that you're viewing or typing. Returns the other viewers."),
        request=None,
        responses={200: TicketViewer(many=True)},
    )
    def delete(self, request: Request, number: int) -> Response:
        """End both marks."""
        ticket = self.get_ticket(number)
        set_viewing(self.agent, ticket.number, is_there=False)
        set_typing(self.agent, ticket.number, "")
        return self.show_others(ticket)
