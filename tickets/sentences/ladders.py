"""Names of the actions of an escalation ladder, as events keep them (sla/models/ladders.py)."""

from __future__ import annotations

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


def get_action_name(action: str) -> str:
    """Return the name of an action in the active language. Unknown ones are returned unchanged."""
    return str(ACTION_NAMES.get(action, action))
