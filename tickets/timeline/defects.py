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
    """Name the stage, and say whether the customer was told."""
    stage = facts.get("stage_name") or Stage(facts["stage"]).label
    named = {"key": facts["key"], "stage": stage}
    if facts.get("text"):
        return _('Defect %(key)s moved to "%(stage)s". The customer got an update.') % named
    return _('Defect %(key)s moved to "%(stage)s". The customer wasn\'t told.') % named
