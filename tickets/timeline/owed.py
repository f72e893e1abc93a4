"""Holds, promised updates, and messages that need no reply, in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Desk
from tickets.models import HoldEnd
from tickets.timeline.parts import Facts, describe_state, describe_time, describe_why, join

ENDED: dict[str, str | Promise] = {
    HoldEnd.TIME: gettext_lazy("The hold ended."),
    HoldEnd.BY_AGENT: gettext_lazy("%(actor)s ended the hold."),
    HoldEnd.CUSTOMER_RESPONDED: gettext_lazy("The hold ended because the customer wrote."),
}


def describe_no_reply_needed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the customer's messages need no reply."""
    marked = _("%(actor)s marked the customer's messages as needing no reply.") % {"actor": actor}
    return join(marked, describe_state(facts, desk))


def describe_update_promised(actor: str, facts: Facts, desk: Desk) -> str:
    """Say when the customer will hear again."""
    named = {"actor": actor, "time": describe_time(facts["due_at"])}
    if facts.get("is_automatic"):
        promised = _("The customer was promised an update by %(time)s.") % named
    else:
        promised = _("%(actor)s promised the customer an update by %(time)s.") % named
    return join(promised, describe_why(facts))


def describe_hold_started(actor: str, facts: Facts, desk: Desk) -> str:
    """Say until when the ticket is on hold, and why."""
    named = {"actor": actor, "time": describe_time(facts["until"])}
    if facts.get("was_until"):
        held = _("%(actor)s changed the end of the hold to %(time)s.") % named
    else:
        held = _("%(actor)s put the ticket on hold until %(time)s.") % named
    return join(held, describe_why(facts))


def describe_hold_ended(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why the hold ended."""
    return str(ENDED.get(facts.get("cause", ""), ENDED[HoldEnd.TIME])) % {"actor": actor}
