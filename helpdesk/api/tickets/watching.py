"""Agents who watch a ticket."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Agent
from helpdesk.api.base import IsAgent
from helpdesk.api.references import Reference, refer
from helpdesk.api.tickets.showing import TicketChangeView
from tickets.models import Ticket, Watcher
from tickets.notes.watching import stop_watching, watch


class MayWatch(IsAgent):
    """Let every agent of the desk watch, observers too."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        agent: Agent | None = request.agent  # type: ignore[attr-defined]  # by accounts.middleware
        return super().has_permission(request, view) or (agent is not None and agent.is_active)


class WatcherListView(TicketChangeView):
    serializer_class = Reference
    permission_classes = [MayWatch]

    @extend_schema(
        operation_id="list_watchers",
        summary=_("List the watchers of a ticket"),
        description=_("Returns the agents who are notified of its replies and notes."),
        responses={200: Reference(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the watchers."""
        return self.show_watchers(self.get_ticket(number))

    def show_watchers(self, ticket: Ticket) -> Response:
        """Return the watchers as they are now."""
        rows = Watcher.objects.filter(ticket=ticket).select_related("agent").order_by("pk")
        return Response([refer("agent", row.agent) for row in rows])


class WatchingView(WatcherListView):
    http_method_names = ["put", "delete", "options"]

    @extend_schema(
        operation_id="watch_ticket",
        summary=_("Watch a ticket"),
        description=_("Notifies you of its replies and notes from now on. Observers can, too."),
        request=None,
        responses={200: Reference(many=True)},
    )
    def put(self, request: Request, number: int) -> Response:
        """Watch the ticket."""
        ticket = self.get_ticket(number)
        watch(ticket_id=ticket.pk, agent=self.agent, at=timezone.now())
        return self.show_watchers(ticket)

    @extend_schema(
        operation_id="stop_watching_ticket",
        summary=_("Stop watching a ticket"),
        description=_("Ends your notifications of its replies and notes, if you had any."),
        request=None,
        responses={200: Reference(many=True)},
    )
    def delete(self, request: Request, number: int) -> Response:
        """Stop watching the ticket."""
        ticket = self.get_ticket(number)
        stop_watching(ticket_id=ticket.pk, agent=self.agent, at=timezone.now())
        return self.show_watchers(ticket)
