"""Change of requester: make the person in an email's Reply-To the requester."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_intake.incoming.senders import get_or_create_contact
from channels_intake.mime.envelope import Address
from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.ticket_page.panel_queries import find_reply_to
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.services import change_requester


@agent_action
def use_reply_to(request: AgentRequest, number: int) -> HttpResponse:
    """Make the person in the email's Reply-To the requester, unverified.

    The field "email" is the address that the page showed: no other becomes the requester.
    """
    ticket = get_ticket_for_change(request.agent, number)
    found = find_reply_to(ticket)
    if found is None or request.POST.get("email") != found.email:
        text = _("The email doesn't ask for replies to that address. Reload the page.")
        return redirect_to_ticket(request, number, error=ServiceError(text))

    def change() -> None:
        with transaction.atomic():
            address = Address(found.email, found.name)
            contact = get_or_create_contact(request.desk, address)
            change_requester(
                ticket_id=ticket.pk,
                contact=contact,
                by=Actor.of(request.agent),
                at=timezone.now(),
            )

    success = _("%(address)s is now the requester.") % {"address": found.email}
    return apply_change(request, number, change, success=success)
