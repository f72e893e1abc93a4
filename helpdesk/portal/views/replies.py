"""The customer's reply (M14)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_intake.incoming.requests import FollowUpRefusedError, accept_customer_reply
from helpdesk.portal.forms import ReplyForm
from helpdesk.portal.layout import redirect_after_post
from helpdesk.portal.permissions import ContactRequest, require_contact_or_404
from helpdesk.portal.views.tickets import get_ticket, show_conversation
from helpdesk.shared.drafts import discard, keeps_draft
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited
from tickets.attachments.storage import NotStoredError
from tickets.models import Channel, Ticket
from tickets.submissions import submit_once


@post_only
@require_contact_or_404
@rate_limited("portal_answer")
@keeps_draft
def send_reply(request: ContactRequest, number: int) -> HttpResponse:
    """Add a reply. It reopens the ticket, or opens a linked one if this one can't be reopened."""
    ticket = get_ticket(request, number)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_conversation(request, ticket, form, status=422)
    try:
        replied = _accept(request, ticket, form)
    except FollowUpRefusedError as error:
        form.add_error(None, str(error))
        return show_conversation(request, ticket, form, status=403)
    except NotStoredError as error:
        form.add_error("files", str(error))
        return show_conversation(request, ticket, form, status=507)
    if replied.pk != ticket.pk and replied.follow_up_of_id == ticket.pk:
        text = _("%(reference)s can't be reopened anymore, so your reply opened this new request.")
        messages.info(request, text % {"reference": ticket.reference})
    return redirect_after_post("portal:ticket", replied.number)


def _accept(request: ContactRequest, ticket: Ticket, form: ReplyForm) -> Ticket:
    at = timezone.now()

    def work() -> Ticket:
        discard(request, request.path)
        message = accept_customer_reply(
            ticket=ticket,
            contact=request.contact,
            text=form.cleaned_data["body"],
            files=form.cleaned_data["files"],
            channel=Channel.WEB,
            at=at,
        )
        return message.via or message.ticket  # the customer of a merged ticket stays on it

    token = form.cleaned_data["form_token"]
    return submit_once(desk=request.desk, contact=request.contact, token=token, at=at, work=work)[0]
