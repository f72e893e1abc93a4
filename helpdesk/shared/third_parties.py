"""The addresses that a side conversation may be with."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Desk
from channels_intake.incoming.senders import list_own_addresses
from tickets.errors import InvalidValueError
from tickets.side_conversations.people import clean_emails


def require_third_parties(desk: Desk, emails: Iterable[str]) -> None:
    """Raise InvalidValueError ("emails") for addresses that belong to the desk itself."""
    if own := list_own_addresses(desk, clean_emails(emails)):
        text = _("%(addresses)s belongs to your desk. Write a note to reach your colleagues.")
        raise InvalidValueError("emails", text % {"addresses": ", ".join(own)})
