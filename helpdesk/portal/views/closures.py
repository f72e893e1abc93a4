"""Closing by the customer."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from helpdesk.portal.doors import ContactRequest, for_owners
from helpdesk.portal.shell import go
from helpdesk.portal.views.tickets import find_ticket, may_close
from tickets.actors import Actor
from tickets.errors import IllegalMove
from tickets.models import CloseReason, State
from tickets.services import close


@require_POST
@for_owners
def close_ticket(request: ContactRequest, number: int) -> HttpResponse:
    """Close the ticket as solved for the customer; one that is closed already stays as it is."""
    ticket = find_ticket(request, number)
    if ticket.status != State.CLOSED and not may_close(request.contact, ticket):
        raise PermissionDenied("Only the requester or the account's manager closes a request.")
    by = Actor.of(request.contact)
    try:
        close(ticket_id=ticket.pk, by=by, at=timezone.now(), reason=CloseReason.BY_CUSTOMER)
    except IllegalMove:
        messages.info(request, f"{ticket.reference} was closed already.")
    else:
        messages.success(request, f"{ticket.reference} is closed. Thank you for telling us.")
    return go("portal:ticket", number)
