"""Replies to customers and internal notes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import IDEMPOTENCY_KEY, KEY_REUSED, run_once
from helpdesk.api.serializers import NoteInput
from helpdesk.api.tickets.message_serializers import MessageOutput, NoteOutput, ReplyInput
from tickets.models import Message, Note, PendingReply
from tickets.replies.holding_back import NewReply, submit_reply
from tickets.services import add_note
from tickets.services.merged import find_end


class PendingReplyOutput(serializers.ModelSerializer[PendingReply]):
    """A reply that waits for approval, and isn't on the ticket yet."""

    class Meta:
        model = PendingReply
        fields = ("id", "text", "created_at", "awaits_approval")
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "text": {"help_text": _("The reply as the agent wrote it, in Markdown.")},
            "awaits_approval": {"help_text": _("True until a colleague approves the reply.")},
        }


class ReplyView(DeskView):
    serializer_class = MessageOutput

    @extend_schema(
        operation_id="reply",
        summary=_("Reply to the customer"),
        description=_(
            "Adds a public reply and sends it to the requester and the followers. "
            "409 if another public message arrived after “last_seen_message”. "
            "202 if a colleague has to approve the agent's replies: it is sent once it's approved."
        ),
        request=ReplyInput,
        responses={201: MessageOutput, 202: PendingReplyOutput, 422: KEY_REUSED},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, number: int) -> Response:
        """Add a public reply."""
        ticket = self.get_ticket(number)
        serializer = ReplyInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        new = NewReply(ticket_id=ticket.pk, agent=self.agent, **serializer.validated_data)
        kind = PendingReply if self.agent.needs_approval else Message
        visible: QuerySet[Message | PendingReply] = kind._default_manager.filter(
            ticket__in={ticket.pk, find_end(ticket).pk}
        )
        made = run_once(request, lambda: submit_reply(new, at=timezone.now()), visible=visible)
        if isinstance(made, PendingReply):
            return Response(PendingReplyOutput(made).data, status=202)
        return Response(MessageOutput(made).data, status=201)


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
