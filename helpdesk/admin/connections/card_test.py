"""The “Send a test request” button of a customer card."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.models import CustomerCard
from helpdesk.admin.connections.findings import show_findings
from helpdesk.shared.connection_tests import try_card
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


@post_only
@rate_limited("card_test")
def send_card_test(request: AdminRequest, card_id: int) -> HttpResponse:
    """Ask for the card of an invented customer, and say whether the response is a card."""
    require_desk_admin(request)
    card = get_object_or_404(CustomerCard, pk=card_id, desk=request.desk)
    return show_findings(request, card, [try_card(card, at=timezone.now())])
