"""Followers of a ticket: added and removed by agents only, never by an email's CC (M87)."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Contact, Desk
from channels_intake.incoming.senders import get_or_create_contact, read_sender
from channels_intake.mime.envelope import Address
from helpdesk.agent.forms import FollowerForm
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.numbers import parse_number
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.services import add_participant, remove_participant


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def add_follower(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for an address, then add its contact; an unknown one becomes a contact of no account."""
    ticket = get_ticket_for_change(request.agent, number)
    form = FollowerForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_own(request.desk, form.cleaned_data["email"]):
        form.add_error(
            "email",
            _("This address belongs to your own desk. Its agents see the ticket anyway."),
        )

    def change() -> str:
        by = Actor.of(request.agent)
        address = Address(form.cleaned_data["email"], form.cleaned_data["name"])
        with transaction.atomic():
            contact = get_or_create_contact(request.desk, address)
            add_participant(ticket_id=ticket.pk, contact=contact, by=by, at=timezone.now())
        return _("%(name)s now follows this ticket.") % {"name": contact}

    title = _("Add follower")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)


@agent_action
def remove_follower(request: AgentRequest, number: int) -> HttpResponse:
    """Remove the follower whose contact the field "contact" names."""
    ticket = get_ticket_for_change(request.agent, number)
    contact_id = parse_number(request.POST.get("contact", "")) or 0
    contact = Contact.objects.filter(desk=request.desk, pk=contact_id).first()
    by, at = Actor.of(request.agent), timezone.now()
    if contact and remove_participant(ticket_id=ticket.pk, contact=contact, by=by, at=at):
        text = _("%(name)s no longer follows this ticket.") % {"name": contact}
        return redirect_to_ticket(request, number, success=text)
    error = ServiceError(_("This person doesn't follow the ticket. Nothing was changed."))
    return redirect_to_ticket(request, number, error=error)


def _is_own(desk: Desk, email: str) -> bool:
    known = read_sender(desk, email)
    return known.is_agent or known.is_mailbox
