"""Replies that aren't sent yet: scheduled, held, or waiting for a colleague's approval."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.agent.ticket_page.pending import to_fields
from helpdesk.api.references import MAX_ID
from helpdesk.api.serializers import StrictSerializer
from helpdesk.api.tickets.conversation import PendingReplyOutput
from helpdesk.api.tickets.showing import SHOWN, TicketChangeView
from helpdesk.shared.drafts import to_place
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.models import PendingReply, Ticket
from tickets.replies.approving import Seen, approve_reply, get_waiting_reply, return_reply
from tickets.replies.sending import send_now
from tickets.replies.undoing import undo_reply

MAX_WHY = 2000


class ApprovalInput(StrictSerializer):
    """An approval, with what the approver has seen."""

    last_seen_message = serializers.IntegerField(
        min_value=0,
        max_value=MAX_ID,
        help_text=_(
            "The id of the newest message you have read, or 0 for none. Returns 409 if there are "
            "newer ones."
        ),
    )
    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH,
        required=False,
        allow_blank=True,
        help_text=_("The reply as you changed it. If it's left out, it's sent as it is."),
    )
    has_new_recipients = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_("Confirms that you know the recipients changed after the reply was written."),
    )
    is_closed = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_("Confirms that you know the ticket was closed after the reply was written."),
    )


class ReturnedInput(StrictSerializer):
    """What an author has to change."""

    why = serializers.CharField(max_length=MAX_WHY, help_text=_("What to change."))


class PendingListView(TicketChangeView):
    serializer_class = PendingReplyOutput

    @extend_schema(
        operation_id="list_scheduled_replies",
        summary=_("List the replies that aren't sent yet"),
        description=_(
            "Returns the replies of the ticket that are scheduled, held or waiting for approval, "
            "and your own ones that can still be undone."
        ),
        responses={200: PendingReplyOutput(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the replies that aren't sent yet."""
        found = self.list_pending(self.get_ticket(number)).order_by("send_at", "pk")
        return Response(PendingReplyOutput(found, many=True).data)

    def list_pending(self, ticket: Ticket) -> QuerySet[PendingReply]:
        """Return the pending replies that the agent sees, as on the ticket's page."""
        is_told = Q(awaits_approval=True) | Q(is_scheduled=True) | Q(held_at__isnull=False)
        seen = PendingReply.objects.filter(is_told | Q(author=self.agent), ticket=ticket)
        return seen.select_related("author__user", "author__desk")

    def get_pending(self, ticket: Ticket, reply_id: int) -> PendingReply:
        """Return a pending reply that the agent sees. Raises Http404."""
        found = self.list_pending(ticket).filter(pk=reply_id).first()
        if found is None:
            raise Http404
        return found

    def describe_draft(self, ticket: Ticket, pending: PendingReply) -> dict[str, Any]:
        """Return the draft that a reply becomes again."""
        place = to_place(reverse("agent:answers", args=[ticket.number]))
        return {"place": place, "fields": to_fields(pending, reader=self.agent)}


class PendingView(PendingListView):
    http_method_names = ["delete", "options"]

    @extend_schema(
        operation_id="withdraw_scheduled_reply",
        summary=_("Withdraw a reply that isn't sent yet"),
        description=_("Puts the reply back into its author's draft on the ticket's page."),
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, number: int, reply_id: int) -> Response:
        """Withdraw the reply."""
        ticket = self.get_ticket(number)
        pending = self.get_pending(ticket, reply_id)
        undo_reply(
            ticket_id=ticket.pk,
            reply_id=pending.pk,
            agent=self.agent,
            at=timezone.now(),
            **self.describe_draft(ticket, pending),
        )
        return Response(status=204)


class PendingSendView(PendingListView):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="send_scheduled_reply",
        summary=_("Send a reply now"),
        description=_(
            "Sends a scheduled or held reply of yours at once, or asks for approval again."
        ),
        request=None,
        responses={200: SHOWN},
    )
    def post(self, request: Request, number: int, reply_id: int) -> Response:
        """Send the reply at once."""
        ticket = self.get_ticket(number)
        pending = self.get_pending(ticket, reply_id)
        at = timezone.now()
        send_now(ticket_id=ticket.pk, reply_id=pending.pk, agent=self.agent, at=at)
        return self.show(ticket)


class ApprovalView(PendingListView):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="approve_reply",
        summary=_("Approve a reply"),
        description=_(
            "Approves a colleague's reply, with your changes if you make any, and sends it. A "
            "scheduled reply is sent at its time. Returns 409 if the ticket changed since you "
            "read it."
        ),
        request=ApprovalInput,
        responses={200: SHOWN},
    )
    def post(self, request: Request, number: int, reply_id: int) -> Response:
        """Approve the reply."""
        ticket = self.get_ticket(number)
        pending, given = self.get_pending(ticket, reply_id), self.read(ApprovalInput, request)
        approve_reply(
            ticket_id=ticket.pk,
            reply_id=pending.pk,
            agent=self.agent,
            at=timezone.now(),
            seen=Seen(
                last_message=given["last_seen_message"],
                has_new_recipients=given["has_new_recipients"],
                is_closed=given["is_closed"],
            ),
            text=given.get("text"),
        )
        return self.show(ticket)


class ReturnedReplyView(PendingListView):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="return_reply",
        summary=_("Send a reply back to its author"),
        description=_(
            "Declines a reply that waits for approval. The reply becomes a draft again, and its "
            "author is told what to change."
        ),
        request=ReturnedInput,
        responses={204: None},
    )
    def post(self, request: Request, number: int, reply_id: int) -> Response:
        """Send the reply back to its author."""
        ticket = self.get_ticket(number)
        self.get_pending(ticket, reply_id)
        why = self.read(ReturnedInput, request)["why"]
        pending = get_waiting_reply(ticket_id=ticket.pk, reply_id=reply_id, agent=self.agent)
        return_reply(
            ticket_id=ticket.pk,
            reply_id=pending.pk,
            agent=self.agent,
            why=why,
            at=timezone.now(),
            **self.describe_draft(ticket, pending),
        )
        return Response(status=204)
