"""Events of SLA clocks, in sentences. Each names the clock that it is about."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.sentences.clock_names import FIRST_RESPONSE, RESOLUTION, get_clock_name
from tickets.timeline.parts import Facts, describe_time, describe_why, join


def describe_sla_started(actor: str, facts: Facts, desk: Desk) -> str:
    """Return when the clock is due, and by which terms."""
    named = _collect(facts)
    if named["terms"]:
        return _("%(clock)s due %(time)s (%(terms)s).") % named
    return _("%(clock)s due %(time)s.") % named


def describe_sla_replanned(actor: str, facts: Facts, desk: Desk) -> str:
    """Return when the clock is due now, and when it was before."""
    before = ""
    if time := describe_time(facts.get("was_due_at")):
        before = _("It was previously due %(time)s.") % {"time": time}
    named = _collect(facts)
    if named["terms"]:
        return join(_("%(clock)s now due %(time)s (%(terms)s).") % named, before)
    return join(_("%(clock)s now due %(time)s.") % named, before)


def describe_sla_overridden(actor: str, facts: Facts, desk: Desk) -> str:
    """Say who set the deadline by hand, what it was before, and why."""
    named = _collect(facts) | {"actor": actor, "before": describe_time(facts["was_due_at"])}
    changed = _("%(actor)s changed a deadline by hand. %(clock)s now due %(time)s.") % named
    return join(
        changed,
        _("It was previously due %(time)s.") % {"time": named["before"]},
        describe_why(facts),
    )


def describe_override_removed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the clock counts by its target again."""
    named = {"actor": actor, "clock": _get_name(facts)}
    return _("%(actor)s removed the deadline set by hand (%(clock)s).") % named


def describe_sla_stopped(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that nothing is promised anymore."""
    before = _("It was due %(time)s.") % {"time": describe_time(facts["was_due_at"])}
    if facts.get("clock", FIRST_RESPONSE) == FIRST_RESPONSE:
        return join(_("No first response is promised anymore."), before)
    return join(_("%(clock)s: there is no target anymore.") % {"clock": _get_name(facts)}, before)


def describe_sla_warned(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the clock is due soon, and how much of its time is used."""
    named = _collect(facts)
    if point := facts.get("point"):
        return _("%(clock)s: %(percent)s%% of the time is used. Due %(time)s.") % (
            named | {"percent": point}
        )
    return _("%(clock)s due soon, on %(time)s.") % named


def describe_sla_breached(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the clock is overdue. Nobody owes an aim, so it is missed."""
    if facts.get("clock") == RESOLUTION:
        return _("Resolution aim missed. It was due %(time)s.") % _collect(facts)
    return _("%(clock)s overdue. It was due %(time)s.") % _collect(facts)


def describe_sla_met(actor: str, facts: Facts, desk: Desk) -> str:
    """Say whether the target was met in time."""
    is_in_time, named = facts.get("in_time", True), _collect(facts)
    if facts.get("clock") == RESOLUTION:
        if is_in_time:
            return _("Resolution aim met. It was due %(time)s.") % named
        return _("Resolution aim missed. It was due %(time)s.") % named
    if is_in_time:
        return _("%(clock)s on time. It was due %(time)s.") % named
    return _("%(clock)s late. It was due %(time)s.") % named


def _collect(facts: Facts) -> dict[str, str]:
    terms = ("policy", "plan", "priority", "calendar")
    return {
        "clock": _get_name(facts),
        "time": describe_time(facts["due_at"]),
        "terms": ", ".join(str(facts[part]) for part in terms if facts.get(part)),
    }


def _get_name(facts: Facts) -> str:
    return get_clock_name(facts.get("clock", FIRST_RESPONSE))
