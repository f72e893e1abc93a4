"""What happened to the SLA clock, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.timeline.parts import Facts, describe_time, join


def describe_sla_started(actor: str, facts: Facts, desk: Desk) -> str:
    """Return when the first response is due, and by which terms."""
    named = {"time": describe_time(facts["due_at"]), "terms": _list_terms(facts)}
    if named["terms"]:
        return _("First response due %(time)s (%(terms)s).") % named
    return _("First response due %(time)s.") % named


def describe_sla_replanned(actor: str, facts: Facts, desk: Desk) -> str:
    """Return when the first response is due now, and when it was before."""
    before = ""
    if time := describe_time(facts.get("was_due_at")):
        before = _("It was previously due %(time)s.") % {"time": time}
    named = {"time": describe_time(facts["due_at"]), "terms": _list_terms(facts)}
    if named["terms"]:
        return join(_("First response now due %(time)s (%(terms)s).") % named, before)
    return join(_("First response now due %(time)s.") % named, before)


def describe_sla_stopped(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that no response time is promised anymore."""
    before = _("It was due %(time)s.") % {"time": describe_time(facts["was_due_at"])}
    return join(_("No first response is promised anymore."), before)


def describe_sla_warned(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the first response is due soon."""
    return _("First response due soon, on %(time)s.") % {"time": describe_time(facts["due_at"])}


def describe_sla_breached(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the first response is overdue."""
    named = {"time": describe_time(facts["due_at"])}
    return _("First response overdue. It was due %(time)s.") % named


def describe_sla_met(actor: str, facts: Facts, desk: Desk) -> str:
    """Say whether the first response was on time."""
    named = {"time": describe_time(facts["due_at"])}
    if facts.get("in_time", True):
        return _("First response on time. It was due %(time)s.") % named
    return _("First response late. It was due %(time)s.") % named


def _list_terms(facts: Facts) -> str:
    return ", ".join(
        str(facts[part]) for part in ("plan", "priority", "calendar") if facts.get(part)
    )
