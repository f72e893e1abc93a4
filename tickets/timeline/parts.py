"""Parts of the sentences: a state, a reason, a time, and why the plan doesn't cover a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.customers.refusals import describe_refusal
from accounts.models import Desk
from tickets.sentences.reasons import describe_reason
from tickets.sentences.reasons import describe_time as describe_time

Facts = Mapping[str, Any]


def join(*sentences: str) -> str:
    """Join sentences, leaving out the empty ones."""
    return " ".join(filter(None, sentences))


def describe_state(facts: Facts, desk: Desk) -> str:
    """Return the state that the event led to; "" if it changed none."""
    before, after = facts.get("status") or ("", "")
    if before == after:
        return ""
    return _("The ticket is now %(state)s.") % {"state": desk.word_for(after)}


def describe_why(facts: Facts, desk: Desk | None = None) -> str:
    """Return a rule's reason, or the words that a person or a server gave as one."""
    if facts.get("reason"):
        return describe_reason(facts["reason"], desk)
    why = str(facts.get("why") or "").strip()
    return _("Reason: %(why)s") % {"why": why} if why else ""


def describe_uncovered(facts: Facts) -> str:
    """Return why the plan doesn't cover the ticket, since this event; "" if it does."""
    return describe_refusal(facts.get("uncovered") or {})
