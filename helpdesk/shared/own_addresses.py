"""Rejection of the desk's own addresses as requesters and followers.

An email to one of them would come back as a ticket, and its receipt would go out again.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Desk
from channels_intake.incoming.senders import list_own_addresses

MAX_NAMED = 300  # characters of addresses that an error repeats
OWN_ADDRESS_ERROR = _(
    "This address belongs to this desk, so its emails would come back as tickets."
    " Use the customer's address."
)


def validate_not_own_addresses(desk: Desk, emails: Sequence[str]) -> None:
    """Raise ValidationError if an address is a mailbox of the desk or an agent's email."""
    if own := list_own_addresses(desk, emails):
        text = ngettext(
            "%(addresses)s belongs to the support team, which sees every request anyway."
            " Remove it to continue.",
            "%(addresses)s belong to the support team, which sees every request anyway."
            " Remove them to continue.",
            len(own),
        )
        raise ValidationError(text % {"addresses": ", ".join(own)[:MAX_NAMED]})
