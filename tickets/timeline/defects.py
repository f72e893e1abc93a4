"""Defects of a ticket, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.models import Stage
from tickets.timeline.parts import Facts, describe_why, join


def describe_unlinked(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the defect, and why its link was removed."""
    removed = _("%(actor)s removed the link to defect %(key)s.") % {**facts, "actor": actor}
    return join(removed, describe_why(facts))


def describe_updated(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the stage, and say whether the customer was told.

    A ticket whose product line still waits for the release is said to wait: its stage is none that
    the defect has.
    """
    if lines := facts.get("released_for"):
        named = {"key": facts["key"], "lines": ", ".join(lines)}
        return join(
            _("Defect %(key)s was released for %(lines)s, not for this ticket's product line yet.")
            % named,
            _("The customer got an update.")
            if facts.get("text")
            else _("The customer wasn't told."),
        )
    stage = facts.get("stage_name") or Stage(facts["stage"]).label
    named = {"key": facts["key"], "stage": stage}
    if facts.get("text"):
        return _('Defect %(key)s moved to "%(stage)s". The customer got an update.') % named
    return _('Defect %(key)s moved to "%(stage)s". The customer wasn\'t told.') % named
