"""Replies owed to customers: "no reply needed", promised updates, and holds."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.api.tickets.serializers import TicketOutput
from helpdesk.api.tickets.showing import TicketChangeView
from tickets.actors import Actor
from tickets.services import (
    end_hold,
    hold_ticket,
    mark_no_reply_needed,
    promise_update,
    withdraw_promise,
)


class PromiseInput(StrictSerializer):
    """The promise of an update."""

    due_at = serializers.DateTimeField(help_text=_("When the customer will hear again."))
    why = serializers.CharField(
        max_length=200,
        required=False,
        default="",
        help_text=_("What the update will be about, for agents only."),
    )


class HoldInput(StrictSerializer):
    """A hold."""

    until = serializers.DateTimeField(help_text=_("When the hold ends."))
    why = serializers.CharField(max_length=200, help_text=_("The reason, for agents only."))


class NoReplyView(TicketChangeView):
    @extend_schema(
        operation_id="mark_no_reply_needed",
        summary=_("Mark messages as needing no reply"),
        description=_(
            "Says that the customer's unanswered messages, such as a thank-you, need no reply. An "
            "open ticket then waits for the customer. 409 if nothing is unanswered, or before the "
            "first response."
        ),
        request=None,
        responses={200: TicketOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Mark the customer's messages as needing no reply."""
        ticket = self.get_ticket(number)
        mark_no_reply_needed(ticket_id=ticket.pk, by=Actor.of(self.agent), at=timezone.now())
        return self.show(ticket)


class PromiseView(TicketChangeView):
    @extend_schema(
        operation_id="promise_update",
        summary=_("Promise an update"),
        description=_(
            "Promises the customer an update by a time, in place of an earlier promise. The next "
            "public reply keeps it."
        ),
        request=PromiseInput,
        responses={200: TicketOutput},
    )
    def put(self, request: Request, number: int) -> Response:
        """Promise an update by a time."""
        ticket = self.get_ticket(number)
        given = read_input(PromiseInput, request.data)
        by = Actor.of(self.agent)
        promise_update(ticket_id=ticket.pk, by=by, at=timezone.now(), **given)
        return self.show(ticket)

    @extend_schema(
        operation_id="withdraw_promise",
        summary=_("Withdraw the promise of an update"),
        description=_("The customer no longer sees it; the ticket's history keeps it."),
        responses={200: TicketOutput},
    )
    def delete(self, request: Request, number: int) -> Response:
        """Withdraw the promise of an update."""
        ticket = self.get_ticket(number)
        withdraw_promise(ticket_id=ticket.pk, by=Actor.of(self.agent), at=timezone.now())
        return self.show(ticket)


class HoldView(TicketChangeView):
    @extend_schema(
        operation_id="hold_ticket",
        summary=_("Put a ticket on hold"),
        description=_(
            "Until the given time, the ticket isn't closed for inactivity, and its clocks pause. "
            "The first response and promised updates are still due."
        ),
        request=HoldInput,
        responses={200: TicketOutput},
    )
    def put(self, request: Request, number: int) -> Response:
        """Put the ticket on hold, or move the end of its hold."""
        ticket = self.get_ticket(number)
        given = read_input(HoldInput, request.data)
        by = Actor.of(self.agent)
        hold_ticket(ticket_id=ticket.pk, by=by, at=timezone.now(), **given)
        return self.show(ticket)

    @extend_schema(
        operation_id="end_hold",
        summary=_("End a hold"),
        description=_("Does nothing if the ticket isn't on hold."),
        responses={200: TicketOutput},
    )
    def delete(self, request: Request, number: int) -> Response:
        """End the ticket's hold."""
        ticket = self.get_ticket(number)
        end_hold(ticket_id=ticket.pk, by=Actor.of(self.agent), at=timezone.now())
        return self.show(ticket)
