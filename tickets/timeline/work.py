"""Snoozes and time spent, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Desk
from tickets.timeline.parts import Facts, describe_time


def describe_snoozed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say until when the agent snoozed the ticket for themselves."""
    if time := describe_time(facts["until"]):
        snoozed = _("%(actor)s snoozed the ticket for themselves until %(time)s.")
        return snoozed % {"actor": actor, "time": time}
    snoozed = _("%(actor)s snoozed the ticket for themselves until the customer replies.")
    return snoozed % {"actor": actor}


def describe_time_logged(actor: str, facts: Facts, desk: Desk) -> str:
    """Say how long the agent worked on the ticket."""
    minutes = facts["minutes"]
    if facts.get("billable"):
        logged = ngettext(
            "%(actor)s logged %(minutes)s billable minute.",
            "%(actor)s logged %(minutes)s billable minutes.",
            minutes,
        )
    else:
        logged = ngettext(
            "%(actor)s logged %(minutes)s minute.", "%(actor)s logged %(minutes)s minutes.", minutes
        )
    return logged % {"actor": actor, "minutes": minutes}


def describe_time_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the time before and after."""
    before, after = facts["minutes"]
    changed = ngettext(
        "%(actor)s changed a time entry from %(before)s to %(after)s minute.",
        "%(actor)s changed a time entry from %(before)s to %(after)s minutes.",
        after,
    )
    return changed % {"actor": actor, "before": before, "after": after}


def describe_time_removed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say what was removed."""
    minutes = facts["minutes"]
    removed = ngettext(
        "%(actor)s removed a time entry of %(minutes)s minute.",
        "%(actor)s removed a time entry of %(minutes)s minutes.",
        minutes,
    )
    return removed % {"actor": actor, "minutes": minutes}
