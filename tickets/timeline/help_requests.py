"""Requests for help and attention, and escalated accounts, in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Desk
from tickets.models import HelpState, Urgency
from tickets.timeline.parts import Facts, describe_time, describe_why, join

ENDED: dict[str, str | Promise] = {
    HelpState.ANSWERED: gettext_lazy("%(actor)s answered the question to %(group)s."),
    HelpState.DOCUMENTED: gettext_lazy(
        "%(actor)s changed the documentation after the question to %(group)s: %(url)s"
    ),
    HelpState.DEFECT: gettext_lazy(
        "%(actor)s linked the ticket to defect %(key)s after the question to %(group)s."
    ),
}


def describe_help_requested(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the group, and when its answer is due."""
    return _("%(actor)s asked %(group)s for help. An answer is due by %(time)s.") % {
        "actor": actor,
        "group": facts["group"],
        "time": describe_time(facts["due_at"]),
    }


def describe_help_ended(actor: str, facts: Facts, desk: Desk) -> str:
    """Say how the request ended."""
    sentence = ENDED.get(facts.get("outcome", ""), ENDED[HelpState.ANSWERED])
    return str(sentence) % {**facts, "actor": actor}


def describe_help_withdrawn(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the group, and why it needn't answer anymore."""
    withdrawn = _("%(actor)s withdrew the question to %(group)s.") % {**facts, "actor": actor}
    return join(withdrawn, describe_why(facts))


def describe_attention_asked(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the urgency and the reason."""
    urgency = Urgency(facts["urgency"]).label
    asked = _("%(actor)s asked for attention (%(urgency)s).") % {
        "actor": actor,
        "urgency": urgency,
    }
    return join(asked, describe_why(facts))


def describe_attention_decided(actor: str, facts: Facts, desk: Desk) -> str:
    """Say whether attention was granted, and why."""
    if facts["is_accepted"]:
        decided = _("%(actor)s accepted the request for attention.") % {"actor": actor}
    else:
        decided = _("%(actor)s declined the request for attention.") % {"actor": actor}
    return join(decided, describe_why(facts))


def describe_account_escalated(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why the account was escalated."""
    escalated = _("%(actor)s escalated the account.") % {"actor": actor}
    return join(escalated, describe_why(facts))


def describe_escalation_ended(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why the account isn't escalated anymore."""
    ended = _("%(actor)s ended the escalation of the account.") % {"actor": actor}
    return join(ended, describe_why(facts))
