"""Events of side conversations, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.timeline.parts import Facts


def describe_answered(actor: str, facts: Facts, desk: Desk) -> str:
    """Say who answered, and whether the address is one that an agent wrote to."""
    if facts.get("unverified"):
        sentence = _(
            "%(sender)s replied in a side conversation. The address isn't part of it, so check "
            "who wrote."
        )
    else:
        sentence = _("%(sender)s replied in a side conversation.")
    return sentence % facts
