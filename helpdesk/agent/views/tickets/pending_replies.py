"""Replies that wait to be sent: undo, cancel, and send at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import see_other
from helpdesk.agent.ticket_page.pending import to_fields
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.shared.drafts import to_place
from tickets.errors import ServiceError
from tickets.models import PendingReply
from tickets.replies.sending import send_now
from tickets.replies.undoing import get_pending_reply, undo_reply


@agent_action
def undo_pending_reply(request: AgentRequest, number: int, reply_id: int) -> HttpResponse:
    """Take a reply back into its author's composer, unless it was sent by now."""
    ticket = get_ticket_for_change(request.agent, number)
    try:
        pending = get_pending_reply(ticket.pk, reply_id)
        undo_reply(
            ticket_id=ticket.pk,
            reply_id=pending.pk,
            agent=request.agent,
            place=to_place(reverse("agent:answers", args=[number])),
            fields=to_fields(pending, reader=request.agent),
            at=timezone.now(),
        )
    except ServiceError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _describe_undone(request, pending))
    return see_other(f"{reverse('agent:ticket', args=[number])}#composer")


@agent_action
def send_pending_now(request: AgentRequest, number: int, reply_id: int) -> HttpResponse:
    """Send a scheduled or held reply at once, or ask for approval again."""
    ticket = get_ticket_for_change(request.agent, number)
    try:
        is_sent = send_now(
            ticket_id=ticket.pk, reply_id=reply_id, agent=request.agent, at=timezone.now()
        )
    except ServiceError as error:
        messages.error(request, str(error))
    else:
        waits = _("Your reply is waiting for approval. You'll be notified.")
        messages.success(request, _("Reply sent.") if is_sent else waits)
    return see_other(f"{reverse('agent:ticket', args=[number])}#composer")


def _describe_undone(request: AgentRequest, pending: PendingReply) -> str:
    if pending.author_id != request.agent.pk:
        return _("The reply was canceled. Its text is back in the author's draft.")
    return _("The reply wasn't sent. Its text is back in the composer.")
