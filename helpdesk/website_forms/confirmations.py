"""The page behind the link that proves an email address entered in a form or in the messenger.

Opening it changes nothing, because mail scanners open links, too: it has a button. It repeats
nothing that was written.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_intake.connectors.messenger.proving import find_visitor, prove_address
from channels_intake.incoming.confirmations import (
    VISITOR,
    EmailClaim,
    find_claimed_ticket,
    prove_ticket,
    read_claim_token,
)
from channels_intake.models import Connection
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.shared.http.rate_limits import rate_limited
from tickets.errors import ConflictError, ServiceError


@require_http_methods(["GET", "HEAD", "POST"])
@require_desk
@rate_limited("confirmation")
def confirm_address(request: DeskRequest, claim_token: str) -> HttpResponse:
    """Ask for a click, then verify the sender. The same 404 for a forged and an expired link."""
    claim = read_claim_token(claim_token, desk_id=request.desk.pk)
    if claim is None or not _can_prove(request, claim):
        return render(request, "website_forms/gone.html", status=HTTPStatus.NOT_FOUND)
    context: dict[str, object] = {"email": claim.email, "is_visitor": claim.of == VISITOR}
    if request.method == "POST":
        try:
            _prove(request, claim)
        except ServiceError as error:
            context["problem"] = str(error)
        else:
            context["is_done"] = True
    return render(request, "website_forms/confirm.html", context)


def _can_prove(request: DeskRequest, claim: EmailClaim) -> bool:
    if claim.of == VISITOR:
        return _find_connection(request, claim) is not None
    return find_claimed_ticket(claim, desk_id=request.desk.pk) is not None


def _find_connection(request: DeskRequest, claim: EmailClaim) -> Connection | None:
    mine = Connection.objects.filter(desk=request.desk, pk=claim.row_id)
    return mine.select_related("desk").first()


def _prove(request: DeskRequest, claim: EmailClaim) -> None:
    """Verify the ticket's requester, or join the visitor's handle to the address."""
    at = timezone.now()
    connection = _find_connection(request, claim) if claim.of == VISITOR else None
    if connection is not None:
        handle = find_visitor(connection, claim.visitor)
        if handle is None:
            raise ConflictError(_("Your message hasn't arrived yet. Try again in a minute."))
        prove_address(handle, claim.email, connection=connection, name=handle.name, at=at)
    elif ticket := find_claimed_ticket(claim, desk_id=request.desk.pk):
        prove_ticket(ticket, at=at)
