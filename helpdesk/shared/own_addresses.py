"""The desk's own addresses are nobody's to copy in: the mail would come back as a ticket, and go out again."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from accounts.models import Desk
from channels_intake.incoming.senders import list_own_addresses

OWN_ADDRESS_ERROR = (
    "This is an address of the desk itself; its receipts would come back as tickets."
)


def validate_not_own_addresses(desk: Desk, emails: Sequence[str]) -> None:
    """Raise ValidationError, with a sentence for whoever typed it, when one of these normalised addresses is the
    desk's mailbox or the login of one of its people."""
    if own := list_own_addresses(desk, emails):
        many = "are addresses" if len(own) > 1 else "is an address"
        raise ValidationError(
            f"{', '.join(own)[:300]} {many} of the support team itself, which reads every request anyway."
        )
