"""Escalations, troubleshooting records and emergencies, in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customers.refusals import describe_refusal
from accounts.models import Desk
from tickets.models import (
    EmergencyState,
    EscalationCause,
    Impact,
    TicketSummary,
    TroubleshootingRecord,
)
from tickets.timeline.parts import Facts, describe_state, describe_why, join


def describe_escalated(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the levels before and after, the cause, and what was missing."""
    before, after = facts["level"]
    named = {"actor": actor, "after": desk.word_for_level(after)}
    if before == after:
        escalated = _("%(actor)s sent the ticket to %(after)s again.") % named
    else:
        named["before"] = desk.word_for_level(before)
        escalated = _("%(actor)s escalated the ticket from %(before)s to %(after)s.") % named
    cause = facts.get("cause")
    label = EscalationCause(cause).label if cause else ""
    return join(escalated, f"{label}." if label else "", describe_why(facts), _describe_gap(facts))


def _describe_gap(facts: Facts) -> str:
    missing = facts.get("missing")
    if not missing:
        return ""
    sentence = _("The troubleshooting record lacked: %(fields)s. Reason: %(why)s")
    return sentence % {"fields": name_fields(missing), "why": facts.get("incomplete", "")}


def describe_given_back(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the levels before and after, and the reason."""
    before, after = map(desk.word_for_level, facts["level"])
    sentence = _("%(actor)s gave the ticket back from %(before)s to %(after)s.")
    given = sentence % {"actor": actor, "before": before, "after": after}
    return join(given, describe_state(facts, desk), describe_why(facts))


def describe_troubleshooting(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the fields of the record that changed."""
    if facts["version"] == 1:
        sentence = _("%(actor)s started the troubleshooting record: %(fields)s.")
    else:
        sentence = _("%(actor)s changed the troubleshooting record: %(fields)s.")
    return sentence % {"actor": actor, "fields": name_fields(facts["fields"])}


def name_fields(names: list[str]) -> str:
    """Return the labels of fields of a troubleshooting record, separated by commas."""
    labels = {field.name: str(field.verbose_name) for field in TroubleshootingRecord._meta.fields}
    return ", ".join(labels[name] for name in names)


def describe_summary(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the lines of the summary that changed."""
    labels = {field.name: str(field.verbose_name) for field in TicketSummary._meta.fields}
    named = {"actor": actor, "fields": ", ".join(labels[name] for name in facts["fields"])}
    if facts["version"] == 1:
        return _("%(actor)s started the summary: %(fields)s.") % named
    return _("%(actor)s changed the summary: %(fields)s.") % named


def describe_impact(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the business impact before and after."""
    before, after = (str(Impact(value).label) if value else "" for value in facts["impact"])
    named = {"actor": actor, "before": before, "after": after}
    if not after:
        return _("%(actor)s removed the business impact “%(before)s”.") % named
    if not before:
        return _("%(actor)s set the business impact to “%(after)s”.") % named
    return _("%(actor)s changed the business impact from “%(before)s” to “%(after)s”.") % named


def describe_emergency_reported(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that an emergency was reported, and why the plan doesn't cover it."""
    reported = _("%(actor)s reported an emergency.") % {"actor": actor}
    return join(reported, describe_refusal(facts.get("refusal") or {}))


OUTCOMES: dict[str, str | Promise] = {
    EmergencyState.ACCEPTED: gettext_lazy("%(actor)s accepted the emergency."),
    EmergencyState.COURTESY: gettext_lazy(
        "%(actor)s accepted the emergency as a courtesy exception."
    ),
    EmergencyState.INFORMATION: gettext_lazy(
        "%(actor)s asked for more information about the emergency."
    ),
    EmergencyState.DOWNGRADED: gettext_lazy("%(actor)s downgraded the emergency."),
}


def describe_emergency_decided(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the outcome of an emergency."""
    return str(OUTCOMES[facts["outcome"]]) % {"actor": actor}
