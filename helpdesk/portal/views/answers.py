"""The customer's answer (M14)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from channels_intake.incoming.intake import accept_customer_reply
from helpdesk.portal.doors import ContactRequest, for_owners
from helpdesk.portal.forms import AnswerForm
from helpdesk.portal.shell import go
from helpdesk.portal.views.tickets import find_ticket, show_conversation
from helpdesk.shared.limits import limited
from tickets.models import Channel, Ticket
from tickets.submissions import submit_once


@require_POST
@for_owners
@limited("portal_answer")
def send_answer(request: ContactRequest, number: int) -> HttpResponse:
    """Add an answer: the ticket is open again, or a linked one is opened when this one is closed for good."""
    ticket = find_ticket(request, number)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_conversation(request, ticket, form, status=422)
    answered = _accept(request, ticket, form)
    if answered.pk != ticket.pk:
        messages.info(
            request,
            f"{ticket.reference} was closed for good, so your answer opened this new request.",
        )
    return go("portal:ticket", answered.number)


def _accept(request: ContactRequest, ticket: Ticket, form: AnswerForm) -> Ticket:
    at = timezone.now()

    def work() -> Ticket:
        return accept_customer_reply(
            ticket=ticket,
            contact=request.contact,
            text=form.cleaned_data["body"],
            files=form.cleaned_data["files"],
            channel=Channel.WEB,
            at=at,
        ).ticket

    token = form.cleaned_data["form_token"]
    return submit_once(desk=request.desk, contact=request.contact, token=token, at=at, work=work)[0]
