"""Actions and endings of an escalation ladder, as events keep them (sla/models/ladders.py)."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

ACTION_NAMES = {
    "assignee": _("Notify the assignee"),
    "channel": _("Notify the team channel"),
    "reassign": _("Reassign to an agent on shift"),
    "page": _("Page the agents on call"),
    "lead": _("Notify the leads"),
    "manager": _("Notify the account's manager"),
    "executive": _("Notify an executive"),
}


class LadderEnding(StrEnum):
    """Reasons for the end of a ladder on a ticket."""

    CLOCK = "clock"  # it was met or stopped
    LEFT = "left"  # the ticket follows another ladder, or none
    MOVED = "moved"  # the deadline moved far ahead; the ladder begins anew
    TURNED_OFF = "turned_off"
    DELETED = "deleted"


ENDINGS = {
    LadderEnding.CLOCK: _("The escalation ended with its clock: %(clock)s."),
    LadderEnding.LEFT: _("The escalation ended: %(ladder)s no longer applies to the ticket."),
    LadderEnding.MOVED: _("The deadline moved, so the escalation (%(ladder)s) starts again later."),
    LadderEnding.TURNED_OFF: _("The escalation ended: %(actor)s turned off %(ladder)s."),
    LadderEnding.DELETED: _("The escalation ended: %(actor)s deleted %(ladder)s."),
}


def get_action_name(action: str) -> str:
    """Return the name of an action in the active language. Unknown ones are returned unchanged."""
    return str(ACTION_NAMES.get(action, action))
