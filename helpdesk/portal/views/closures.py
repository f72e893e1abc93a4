"""Closing a request as its customer."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.portal.layout import redirect_after_post
from helpdesk.portal.permissions import ContactRequest, require_contact_or_404
from helpdesk.portal.views.tickets import can_close, get_ticket
from helpdesk.shared.http.methods import post_only
from tickets.actors import Actor
from tickets.errors import InvalidTransitionError
from tickets.models import CloseReason, State
from tickets.services import close


@post_only
@require_contact_or_404
def close_ticket(request: ContactRequest, number: int) -> HttpResponse:
    """Close the ticket for its customer. A closed ticket stays unchanged."""
    ticket = get_ticket(request, number)
    if ticket.status != State.CLOSED and not can_close(request.contact, ticket):
        raise PermissionDenied(
            _("Only the person who opened the request or a manager of the account can close it.")
        )
    by, reference = Actor.of(request.contact), {"reference": ticket.reference}
    try:
        close(ticket_id=ticket.pk, by=by, at=timezone.now(), reason=CloseReason.BY_CUSTOMER)
    except InvalidTransitionError:
        messages.info(request, _("%(reference)s is already closed.") % reference)
    else:
        text = _("%(reference)s is closed. Thanks for letting us know.")
        messages.success(request, text % reference)
    return redirect_after_post("portal:ticket", number)
