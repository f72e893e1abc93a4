"""Replies that wait to be sent, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.models import HeldReason
from tickets.timeline.parts import Facts, describe_time, join


def describe_reply_scheduled(actor: str, facts: Facts, desk: Desk) -> str:
    """Say when a reply will be sent."""
    named = {"actor": actor, "time": describe_time(facts["send_at"])}
    return _("%(actor)s scheduled a reply for %(time)s.") % named


def describe_reply_withdrawn(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that a scheduled reply won't be sent."""
    named = {"actor": actor, "time": describe_time(facts["send_at"])}
    return _("%(actor)s canceled the reply scheduled for %(time)s.") % named


def describe_reply_held(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why a reply that was due wasn't sent."""
    why = facts.get("why_held")
    reason = str(HeldReason(why).label) if why in HeldReason.values else ""
    return join(_("A reply wasn't sent."), reason)
