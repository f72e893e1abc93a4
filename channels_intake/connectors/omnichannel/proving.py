"""The email by which a visitor proves the address that they left with an offline message (M27).

Nobody waits in a chat for the answer, so it can only go to that address, and only once it is known
to be theirs. The email repeats nothing that was written: the address may be another person's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.places.languages import use_recipient_locale
from channels_intake.incoming.confirmations import VISITOR, EmailClaim, build_claim_url
from channels_intake.incoming.senders import list_own_addresses
from channels_intake.mailboxes import format_desk_sender
from channels_intake.models import Conversation
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.rendering import build_automatic_email

DAY = timedelta(days=1)
MAX_PER_ADDRESS, MAX_PER_CONNECTION = 3, 200  # in a day: strangers choose the addresses


def ask_for_proof(conversation: Conversation, *, at: datetime) -> None:
    """Send a link to the address of an offline message, after the commit."""
    email = str(conversation.data.get("email") or "").lower()
    if _is_address(email) and not _is_flood(conversation, email, at=at):
        if list_own_addresses(conversation.connection.desk, [email]):
            return
        message = _build(conversation, email)
        transaction.on_commit(lambda: _send(message))


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _is_flood(conversation: Conversation, email: str, *, at: datetime) -> bool:
    recent = Conversation.objects.filter(
        connection=conversation.connection, data__is_offline=True, created_at__gt=at - DAY
    )
    same = recent.filter(data__email__iexact=email)
    return same.count() > MAX_PER_ADDRESS or recent.count() > MAX_PER_CONNECTION


def _build(conversation: Conversation, email: str) -> EmailMessage:
    desk = conversation.connection.desk
    visitor = conversation.handle.external_id if conversation.handle else ""
    claim = EmailClaim(VISITOR, conversation.connection_id, email, visitor)
    with use_recipient_locale(desk=desk):
        return build_automatic_email(
            "emails/confirm_address",
            {"desk": desk, "link": build_claim_url(claim, desk)},
            desk=desk,
            subject=f"[{desk.name}] " + _("Confirm your email address"),
            from_email=format_desk_sender(desk),
            to=email,
        )


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except MAIL_SERVER_ERRORS:
        return  # the ticket shows the address, and an agent can join it to a contact
