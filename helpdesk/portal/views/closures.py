"""Closing by the customer."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from helpdesk.portal.layout import redirect_after_post
from helpdesk.portal.permissions import ContactRequest, require_contact_or_404
from helpdesk.portal.views.tickets import can_close, get_ticket
from tickets.actors import Actor
from tickets.errors import InvalidTransitionError
from tickets.models import CloseReason, State
from tickets.services import close


@require_POST
@require_contact_or_404
def close_ticket(request: ContactRequest, number: int) -> HttpResponse:
    """Close the ticket as solved for the customer; one that is closed already stays as it is."""
    ticket = get_ticket(request, number)
    if ticket.status != State.CLOSED and not can_close(request.contact, ticket):
        raise PermissionDenied("Only the requester or the account's manager closes a request.")
    by = Actor.of(request.contact)
    try:
        close(ticket_id=ticket.pk, by=by, at=timezone.now(), reason=CloseReason.BY_CUSTOMER)
    except InvalidTransitionError:
        messages.info(request, f"{ticket.reference} was closed already.")
    else:
        messages.success(request, f"{ticket.reference} is closed. Thank you for telling us.")
    return redirect_after_post("portal:ticket", number)
