"""What is said on a ticket: replies and internal notes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import IDEMPOTENCY_KEY, KEY_REUSED, run_once
from helpdesk.api.serializers import MessageOutput, NoteInput, NoteOutput, ReplyInput
from tickets.models import Message, Note
from tickets.services import add_note, reply


class ReplyView(DeskView):
    serializer_class = MessageOutput

    @extend_schema(
        operation_id="reply",
        request=ReplyInput,
        responses={201: MessageOutput, 422: KEY_REUSED},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, number: int) -> Response:
        """Answer the customer publicly."""
        ticket = self.get_ticket(number)
        asked = ReplyInput(data=request.data)
        asked.is_valid(raise_exception=True)
        by: dict[str, Any] = {"agent": request.agent, "at": timezone.now()}  # type: ignore[attr-defined]
        message = run_once(
            request,
            lambda: reply(ticket_id=ticket.pk, **by, **asked.validated_data),
            visible=Message.objects.filter(ticket=ticket),
        )
        return Response(MessageOutput(message).data, status=201)


class NoteView(DeskView):
    serializer_class = NoteOutput

    @extend_schema(
        operation_id="add_note",
        request=NoteInput,
        responses={201: NoteOutput, 422: KEY_REUSED},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, number: int) -> Response:
        """Write an internal note, which no customer sees."""
        ticket = self.get_ticket(number)
        asked = NoteInput(data=request.data)
        asked.is_valid(raise_exception=True)
        by: dict[str, Any] = {"agent": request.agent, "at": timezone.now()}  # type: ignore[attr-defined]
        note = run_once(
            request,
            lambda: add_note(ticket_id=ticket.pk, **by, **asked.validated_data),
            visible=Note.objects.filter(ticket=ticket),
        )
        return Response(NoteOutput(note).data, status=201)
