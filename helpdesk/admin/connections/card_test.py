"""The “Send a test request” button of a customer card."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.cards.contract import parse_card
from accounts.cards.fetching import FAILURES, fetch_card
from accounts.models import Account, AccountStatus, CardSubject, Contact, CustomerCard
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


@post_only
@rate_limited("card_test")
def send_card_test(request: AdminRequest, card_id: int) -> HttpResponse:
    """Ask for the card of an invented customer, and say whether the response is a card."""
    require_desk_admin(request)
    card = get_object_or_404(CustomerCard, pk=card_id, desk=request.desk)
    page = reverse("admin:accounts_customercard_change", args=[card.pk])
    if not card.sealed_secret:
        messages.error(request, _("Enter a secret."))
        return HttpResponseRedirect(page)
    account = Account(id=0, name="Example Corp", status=AccountStatus.CUSTOMER)
    contact = Contact(id=0, name="Jane Doe", email="jane@example.com")
    asks_contact = card.subject == CardSubject.CONTACT
    try:
        body = fetch_card(
            card, account=account, contact=contact if asks_contact else None, at=timezone.now()
        )
        count = len(parse_card(body))
    except FAILURES as error:
        text = _("The test request failed. %(problem)s") % {"problem": error}
        messages.error(request, text)
    else:
        text = ngettext(
            "The test request worked. The card has %(count)s component.",
            "The test request worked. The card has %(count)s components.",
            count,
        )
        messages.success(request, text % {"count": count})
    return HttpResponseRedirect(page)
