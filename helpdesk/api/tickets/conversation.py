"""Replies to customers and internal notes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import IDEMPOTENCY_KEY, KEY_REUSED, run_once
from helpdesk.api.serializers import NoteInput
from helpdesk.api.tickets.serializers import MessageOutput, NoteOutput, ReplyInput
from tickets.models import Message, Note
from tickets.services import add_note, reply
from tickets.services.merged import find_end


class ReplyView(DeskView):
    serializer_class = MessageOutput

    @extend_schema(
        operation_id="reply",
        summary=_("Reply to the customer"),
        description=_(
            "Adds a public reply and sends it to the requester and the followers. "
            "409 if another public message arrived after “last_seen_message”."
        ),
        request=ReplyInput,
        responses={201: MessageOutput, 422: KEY_REUSED},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, number: int) -> Response:
        """Add a public reply."""
        ticket = self.get_ticket(number)
        serializer = ReplyInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        by: dict[str, Any] = {"agent": self.agent, "at": timezone.now()}
        message = run_once(
            request,
            lambda: reply(ticket_id=ticket.pk, **by, **serializer.validated_data),
            visible=Message.objects.filter(ticket__in={ticket.pk, find_end(ticket).pk}),
        )
        return Response(MessageOutput(message).data, status=201)


class NoteView(DeskView):
    serializer_class = NoteOutput

    @extend_schema(
        operation_id="add_note",
        summary=_("Add an internal note"),
        description=_("Adds a note for agents of the desk. Customers never see it."),
        request=NoteInput,
        responses={201: NoteOutput, 422: KEY_REUSED},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, number: int) -> Response:
        """Add an internal note."""
        ticket = self.get_ticket(number)
        serializer = NoteInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        by: dict[str, Any] = {"agent": self.agent, "at": timezone.now()}
        note = run_once(
            request,
            lambda: add_note(ticket_id=ticket.pk, **by, **serializer.validated_data),
            visible=Note.objects.filter(ticket__in={ticket.pk, find_end(ticket).pk}),
        )
        return Response(NoteOutput(note).data, status=201)
