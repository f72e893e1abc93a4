"""Messages between customers and agents."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels_intake.connections.outgoing.resending import send_again, send_by_email
from channels_intake.outgoing.resending import send_mails_again
from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import run_once
from helpdesk.api.references import ReferenceField
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.api.tickets.file_serializers import take_files
from helpdesk.api.tickets.message_serializers import MessageOutput, ReplyInput, read_messages
from helpdesk.api.tickets.paging import OldestFirst
from tickets.models import Message, PendingReply
from tickets.replies.holding_back import NewReply, submit_reply
from tickets.services.merged import find_end

WAYS = ["channel", "email"]


class PendingReplyOutput(serializers.ModelSerializer[PendingReply]):
    """A reply that isn't sent yet: it is scheduled, waits for approval, or was held."""

    author = ReferenceField("agent", help_text=_("The agent."))

    class Meta:
        model = PendingReply
        fields = (
            "id", "author", "text", "then", "created_at", "send_at", "is_scheduled",
            "awaits_approval", "held_at", "held_reason", "held_detail",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "text": {"help_text": _("The reply as the agent wrote it, in Markdown.")},
            "then": {"help_text": _("The ticket's status after it is sent; empty for any.")},
            "send_at": {"help_text": _("When it is sent, or was due.")},
            "is_scheduled": {"help_text": _("True if its author chose the time.")},
            "awaits_approval": {"help_text": _("True until a colleague approves the reply.")},
            "held_at": {
                "help_text": _(
                    "The time since which the reply has been held although it was due, or null."
                )
            },
            "held_reason": {"help_text": _("Why it isn't sent; empty if it isn't held.")},
            "held_detail": {"help_text": _("What it needs before it can be sent, or empty.")},
        }


class MessageListView(DeskView):
    serializer_class = MessageOutput
    pagination_class = OldestFirst

    @extend_schema(
        operation_id="list_messages",
        summary=_("List the messages of a ticket"),
        description=_("Returns the public messages, oldest first, as customers can read them."),
        responses={200: MessageOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the public messages."""
        page: Any = self.paginate_queryset(read_messages(self.get_ticket(number)))
        return self.get_paginated_response(MessageOutput(page, many=True).data)

    @extend_schema(
        operation_id="reply",
        summary=_("Reply to the customer"),
        description=_(
            "Adds a public reply and sends it to the requester and the followers. "
            "409 if another public message arrived after “last_seen_message”. "
            "202 if a colleague has to approve the agent's replies, or if it's scheduled."
        ),
        request=ReplyInput,
        responses={201: MessageOutput, 202: PendingReplyOutput},
    )
    def post(self, request: Request, number: int) -> Response:
        """Add a public reply."""
        ticket = self.get_ticket(number)
        given = read_input(ReplyInput, request.data)
        is_pending = self.agent.needs_approval or "send_at" in given
        kind = PendingReply if is_pending else Message
        visible: QuerySet[Message | PendingReply] = kind._default_manager.filter(
            ticket__in={ticket.pk, find_end(ticket).pk}
        )
        made = run_once(request, lambda: self._submit(ticket.pk, given), visible=visible)
        if isinstance(made, PendingReply):
            return Response(PendingReplyOutput(made).data, status=202)
        return Response(MessageOutput(made).data, status=201)

    @transaction.atomic
    def _submit(self, ticket_id: int, given: dict[str, Any]) -> Message | PendingReply:
        files = take_files(self.agent, given["uploads"])
        written = {name: value for name, value in given.items() if name != "uploads"}
        new = NewReply(
            ticket_id=ticket_id,
            agent=self.agent,
            files=files,
            is_scheduled="send_at" in given,
            **written,
        )
        return submit_reply(new, at=timezone.now())


class MessageView(DeskView):
    serializer_class = MessageOutput

    @extend_schema(
        operation_id="show_message",
        summary=_("Show a message"),
        description=_("Returns one public message of the ticket with its files and deliveries."),
    )
    def get(self, request: Request, number: int, message_id: int) -> Response:
        """Show one public message."""
        found = read_messages(self.get_ticket(number)).filter(pk=message_id).first()
        if found is None:
            raise Http404
        return Response(MessageOutput(found).data)


class DeliveryInput(StrictSerializer):
    """Another attempt to send a message."""

    by = serializers.ChoiceField(
        WAYS,
        help_text=_(
            "“channel”: a reply that failed at its channel is sent there again. “email”: a message "
            "whose email failed is sent again, and a reply that failed at its channel is emailed."
        ),
    )


class DeliveryView(DeskView):
    serializer_class = MessageOutput

    @extend_schema(
        operation_id="send_message_again",
        summary=_("Send a message again"),
        description=_(
            "Sends a message again whose delivery failed. 409 if there is nothing to send again."
        ),
        request=DeliveryInput,
        responses={202: MessageOutput},
    )
    def post(self, request: Request, number: int, message_id: int) -> Response:
        """Send a message again."""
        ticket = self.get_ticket(number)
        found = read_messages(ticket).filter(pk=message_id).first()
        if found is None:
            raise Http404
        self._send(found, read_input(DeliveryInput, request.data)["by"])
        return Response(MessageOutput(read_messages(ticket).get(pk=message_id)).data, status=202)

    def _send(self, message: Message, by: str) -> None:
        agent, at = self.agent, timezone.now()
        if by == "channel":
            send_again(message, agent=agent, at=at)
        elif message.parts.exists():
            send_by_email(message, agent=agent, at=at)
        else:
            send_mails_again(message=message, agent=agent, at=at)
