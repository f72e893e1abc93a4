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
    """Say that a reply won't be sent: a scheduled one, or one that waited for approval."""
    if "send_at" not in facts:
        return _("%(actor)s withdrew a reply that waited for approval.") % {"actor": actor}
    named = {"actor": actor, "time": describe_time(facts["send_at"])}
    return _("%(actor)s canceled the reply scheduled for %(time)s.") % named


def describe_reply_approved(actor: str, facts: Facts, desk: Desk) -> str:
    """Say who approved a reply, and if they edited it."""
    if facts.get("is_edited"):
        return _("%(actor)s edited and approved a trainee's reply.") % {"actor": actor}
    return _("%(actor)s approved a trainee's reply.") % {"actor": actor}


def describe_reply_returned(actor: str, facts: Facts, desk: Desk) -> str:
    """Say who sent a reply back to its author, and why."""
    sentence = _("%(actor)s sent a reply back to its author.") % {"actor": actor}
    return join(sentence, facts.get("why", ""))


def describe_reply_held(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why a reply that was due wasn't sent."""
    why = facts.get("why_held")
    reason = str(HeldReason(why).label) if why in HeldReason.values else ""
    return join(_("A reply wasn't sent."), reason)
