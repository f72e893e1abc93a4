"""Approval of trainees' replies: approve, edit and send, or send back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.ticket_page.forms.approvals import EditedReplyForm, ReturnForm, SeenForm
from helpdesk.agent.ticket_page.pending import to_fields
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft, to_place
from helpdesk.shared.numbers import parse_number
from tickets.errors import ConflictError, NewerMessageError, ServiceError
from tickets.models import Message, PendingReply, Ticket
from tickets.replies.approving import approve_reply, get_waiting_reply, return_reply


@agent_action
def approve_pending(request: AgentRequest, number: int, reply_id: int) -> HttpResponse:
    """Approve a reply as it is."""
    ticket, form = get_ticket_for_change(request.agent, number), SeenForm(request.POST)
    if not form.is_valid():
        return redirect_to_ticket(request, number, error=ConflictError(_reload()))

    def approve() -> None:
        is_sent = approve_reply(
            ticket_id=ticket.pk,
            reply_id=reply_id,
            agent=request.agent,
            at=timezone.now(),
            seen=form.read_seen(),
        )
        messages.success(request, _describe(is_sent=is_sent))

    return apply_change(request, number, approve, success="")


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def edit_pending(request: AgentRequest, number: int, reply_id: int) -> HttpResponse:
    """Show a reply for changes, then approve it."""
    ticket = get_ticket_for_change(request.agent, number)
    try:
        pending = get_waiting_reply(ticket_id=ticket.pk, reply_id=reply_id, agent=request.agent)
    except ServiceError as error:
        return redirect_to_ticket(request, number, error=error)
    form = EditedReplyForm(request.POST or None, initial=_read_initial(request, pending))

    def change() -> str:
        return _describe(is_sent=_approve_edited(request, ticket, reply_id, form))

    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=_("Edit the reply by %(name)s") % {"name": pending.author},
        button=_("Approve and send"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def return_pending(request: AgentRequest, number: int, reply_id: int) -> HttpResponse:
    """Ask what to change, then send the reply back to its author."""
    ticket = get_ticket_for_change(request.agent, number)
    try:
        pending = get_waiting_reply(ticket_id=ticket.pk, reply_id=reply_id, agent=request.agent)
    except ServiceError as error:
        return redirect_to_ticket(request, number, error=error)
    form = ReturnForm(request.POST or None)

    def change() -> str:
        return_reply(
            ticket_id=ticket.pk,
            reply_id=reply_id,
            agent=request.agent,
            why=form.cleaned_data["why"],
            place=to_place(reverse("agent:answers", args=[number])),
            fields=to_fields(pending, reader=request.agent),
            at=timezone.now(),
        )
        return _("The reply was sent back to %(name)s.") % {"name": pending.author}

    title = _("Send back the reply by %(name)s") % {"name": pending.author}
    return run_ticket_form(request, ticket, form, change, title=title, button=_("Send back"))


def _approve_edited(
    request: AgentRequest, ticket: Ticket, reply_id: int, form: EditedReplyForm
) -> bool:
    try:
        return approve_reply(
            ticket_id=ticket.pk,
            reply_id=reply_id,
            agent=request.agent,
            at=timezone.now(),
            seen=form.read_seen(),
            text=form.cleaned_data["text"],
        )
    except NewerMessageError:
        # It is said once; sending it again is deliberate.
        newest = Message.objects.filter(ticket=ticket).order_by("-pk").values_list("pk", flat=True)
        form.data = {**request.POST.dict(), "last_seen": str(newest[0])}
        raise


def _read_initial(request: AgentRequest, pending: PendingReply) -> dict[str, object]:
    return {
        "text": pending.text,
        "last_seen": parse_number(request.GET.get("seen")) or 0,
        "new_recipients": "recipients" in request.GET,
        "closed": "closed" in request.GET,
    }


def _describe(*, is_sent: bool) -> str:
    return _("Reply approved and sent.") if is_sent else _("Reply approved.")


def _reload() -> str:
    return _("This ticket was changed in the meantime. Reload the page.")
