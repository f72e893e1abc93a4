"""Steps of an escalation ladder, acknowledgements and what follows them, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.sentences.clock_names import get_clock_name
from tickets.sentences.ladders import ENDINGS, LadderEnding, get_action_name
from tickets.timeline.parts import Facts, describe_time, join


def describe_step(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the step, its action, and the agents who were alerted."""
    named = {
        "ladder": facts["ladder"],
        "step": facts["step"],
        "steps": facts["steps"],
        "action": get_action_name(facts["action"]),
    }
    taken = _("%(ladder)s, step %(step)s of %(steps)s: %(action)s.") % named
    return join(taken, describe_alerted(facts))


def describe_alerted(facts: Facts) -> str:
    """Name the agents whom a step alerted; "" for a step that is not for agents."""
    names = ", ".join(facts.get("names") or ())
    if facts.get("fallback"):
        if not names:
            return _("Nobody could be alerted.")
        if facts.get("action") == "channel":
            return _("No chat channel gets it, so the leads were alerted: %(names)s.") % {
                "names": names
            }
        return _("Nobody was available, so the leads were alerted: %(names)s.") % {"names": names}
    return _("Alerted: %(names)s.") % {"names": names} if names else ""


def describe_acknowledged(actor: str, facts: Facts, desk: Desk) -> str:
    """Name who acknowledged, and when the ladder continues without work on the ticket."""
    named = {
        "actor": facts.get("name") or actor,
        "ladder": facts["ladder"],
        "time": describe_time(facts["resumes_at"]),
    }
    return (
        _(
            "%(actor)s acknowledged the escalation (%(ladder)s). It continues %(time)s if nothing "
            "happens on the ticket until then."
        )
        % named
    )


def describe_page_answered(actor: str, facts: Facts, desk: Desk) -> str:
    """Name who acknowledged or resolved the alert at a paging service."""
    named = {"actor": facts.get("name") or actor, "service": facts["service"]}
    if facts["act"] == "resolve":
        return _("%(actor)s resolved the alert in %(service)s.") % named
    return _("%(actor)s acknowledged the alert in %(service)s.") % named


def describe_resumed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that nobody has worked on the ticket since the acknowledgement."""
    named = {"ladder": facts["ladder"], "time": describe_time(facts["since"])}
    return (
        _(
            "%(ladder)s continues: nothing has happened on the ticket since the acknowledgement "
            "%(time)s."
        )
        % named
    )


def describe_ended(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why the alerts stopped."""
    sentence = ENDINGS[LadderEnding(facts.get("why", LadderEnding.CLOCK))]
    clock = get_clock_name(facts["clock"])
    return str(sentence) % {"actor": actor, "ladder": facts.get("ladder", ""), "clock": clock}
