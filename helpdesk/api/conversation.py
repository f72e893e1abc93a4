"""What is said on a ticket: replies and internal notes."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.serializers import MessageOutput, NoteInput, NoteOutput, ReplyInput
from tickets.services import add_note, reply


class ReplyView(DeskView):
    serializer_class = MessageOutput

    @extend_schema(operation_id="reply", request=ReplyInput, responses={201: MessageOutput})
    def post(self, request: Request, number: int) -> Response:
        """Answer the customer publicly."""
        ticket = self.find_ticket(number)
        asked = ReplyInput(data=request.data)
        asked.is_valid(raise_exception=True)
        agent = request.agent  # type: ignore[attr-defined]
        message = reply(ticket_id=ticket.pk, agent=agent, at=timezone.now(), **asked.validated_data)
        return Response(MessageOutput(message).data, status=201)


class NoteView(DeskView):
    serializer_class = NoteOutput

    @extend_schema(operation_id="add_note", request=NoteInput, responses={201: NoteOutput})
    def post(self, request: Request, number: int) -> Response:
        """Write an internal note, which no customer sees."""
        ticket = self.find_ticket(number)
        asked = NoteInput(data=request.data)
        asked.is_valid(raise_exception=True)
        agent = request.agent  # type: ignore[attr-defined]
        note = add_note(ticket_id=ticket.pk, agent=agent, at=timezone.now(), **asked.validated_data)
        return Response(NoteOutput(note).data, status=201)
