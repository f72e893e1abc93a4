"""The email by which a visitor proves their address, so that replies reach them there, too."""

from __future__ import annotations

from django.utils.translation import gettext as _

from channels_intake.connectors.messenger.visitors import Visitor
from channels_intake.incoming.confirmations import VISITOR, EmailClaim, build_claim_url
from channels_intake.incoming.senders import list_own_addresses
from channels_intake.mailboxes import format_desk_sender
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.rendering import build_automatic_email
from helpdesk.messenger.requests import MessengerRequest
from helpdesk.shared.http.rate_limits import is_within_limit


def send_confirmation(request: MessengerRequest, visitor: Visitor, email: str) -> bool:
    """Send a link to an address that a visitor entered. Return False if it can't be sent now.

    In the language of the page that they see. It repeats nothing that they wrote: the address may
    be another person's.
    """
    desk = request.desk
    limit = "confirmation_email"
    if not is_within_limit(request, limit) or not is_within_limit(
        request, "website_form_address", key=f"{desk.pk}:{email}"
    ):
        return False
    if list_own_addresses(desk, [email]):
        return True  # nothing is sent, and nobody learns whose address it is
    claim = EmailClaim(VISITOR, request.connection.pk, email, visitor.id)
    message = build_automatic_email(
        "emails/confirm_address",
        {"desk": desk, "link": build_claim_url(claim, desk)},
        desk=desk,
        subject=f"[{desk.name}] " + _("Confirm your email address"),
        from_email=format_desk_sender(desk),
        to=email,
    )
    try:
        message.send()
    except MAIL_SERVER_ERRORS:
        return False
    return True
