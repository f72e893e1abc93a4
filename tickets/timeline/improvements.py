"""Events of product feedback, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.models import ImprovementKind, ImprovementStatus
from tickets.timeline.parts import Facts


def describe_requested(actor: str, facts: Facts, desk: Desk) -> str:
    """Say which list the ticket is on now."""
    if facts["list"] == ImprovementKind.DOCUMENTATION:
        return _("%(actor)s noted that documentation is missing.") % {"actor": actor}
    return _("%(actor)s added the ticket to a feature request.") % {"actor": actor}


def describe_withdrawn(actor: str, facts: Facts, desk: Desk) -> str:
    """Say which list the ticket was taken off."""
    if facts["list"] == ImprovementKind.DOCUMENTATION:
        return _("%(actor)s took the ticket off the documentation list.") % {"actor": actor}
    return _("%(actor)s took the ticket off a feature request.") % {"actor": actor}


def describe_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say how the entry was decided, or that it was merged or renamed."""
    if "merged" in facts:
        return _("%(actor)s merged this ticket's product feedback into another entry.") % {
            "actor": actor
        }
    if "status" in facts:
        status = ImprovementStatus(facts["status"][1]).label
        changed = _("%(actor)s set this ticket's product feedback to “%(status)s”.")
        return changed % {"actor": actor, "status": status}
    return _("%(actor)s renamed this ticket's product feedback.") % {"actor": actor}
