"""The channels that a customer's plan includes, for the portal and the emails (M72-M76)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Contact, Desk, Plan
from channels_intake.mailboxes import list_usable_mailboxes
from tickets.models import Priority

_NOT_DIALED = re.compile(r"[^0-9+*#]")


@dataclass(frozen=True, slots=True)
class Channels:
    """What a plan includes beside the portal. hotline: "" for none."""

    hotline: str = ""
    hotline_url: str = ""
    hotline_text: str = ""
    addresses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hotline or self.addresses)


def get_channels(contact: Contact | None, desk: Desk) -> Channels:
    """Return the channels of the contact's plan; none for visitors and people without a plan."""
    plan = contact.account.plan if contact is not None and contact.account else None
    return get_plan_channels(plan, desk)


def get_plan_channels(plan: Plan | None, desk: Desk) -> Channels:
    """Return the hotline and the addresses that a plan includes."""
    if plan is None:
        return Channels()
    addresses = _list_addresses(desk) if plan.allows_mail else ()
    if not (plan.allows_hotline and desk.hotline):
        return Channels(addresses=addresses)
    return Channels(
        hotline=desk.hotline,
        hotline_url=f"tel:{_NOT_DIALED.sub('', desk.hotline)}",
        hotline_text=_describe_emergency(desk),
        addresses=addresses,
    )


def _list_addresses(desk: Desk) -> tuple[str, ...]:
    """Return the desk's mailboxes, the default one first."""
    mailboxes = list_usable_mailboxes().filter(desk=desk).order_by("-is_default", "pk")
    return tuple(mailboxes.values_list("address", flat=True))


def _describe_emergency(desk: Desk) -> str:
    highest = Priority.objects.offered(desk=desk).order_by("rank").first()
    if highest is None:
        return ""
    text = _("For emergencies with the priority %(priority)s only.")
    return text % {"priority": highest.localized_name}
