"""Sentences about escalation ladders that several interfaces show."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.shared.wording.times import format_datetime
from sla.ladders.selectors import ShownLadder
from tickets.sentences.ladders import get_action_name


def describe_acknowledger(ladder: ShownLadder) -> str:
    """Name who acknowledged a ladder, and when; "" if nobody did."""
    if ladder.acknowledged_at is None:
        return ""
    return _("%(name)s acknowledged it %(time)s.") % {
        "name": ladder.acknowledged_by or _("a former agent"),
        "time": format_datetime(ladder.acknowledged_at),
    }


def describe_latest_step(ladder: ShownLadder) -> str:
    """Name the last step that was taken; "" before the first."""
    step = ladder.latest
    if step is None:
        return ""
    return _("%(ladder)s, step %(step)s of %(steps)s: %(action)s.") % {
        "ladder": ladder.name,
        "step": step.number,
        "steps": len(ladder.steps),
        "action": get_action_name(step.action),
    }
