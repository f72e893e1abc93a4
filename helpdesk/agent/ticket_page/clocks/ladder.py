"""The escalation ladder in the panel of a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_datetime, format_title, to_iso
from sla.ladders.selectors import DONE, NEXT, ShownLadder, ShownStep, find_ladder
from tickets.models import Ticket
from tickets.sentences.clock_names import get_clock_name
from tickets.sentences.ladders import get_action_name
from tickets.timeline.ladders import describe_alerted


@dataclass(frozen=True, slots=True)
class LadderStepLine(Component):
    """A step of the ladder. state: "done", "next" or "later"; detail: whom it alerted."""

    number: int
    action: str
    state: str
    state_label: str
    time: str
    iso: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class LadderPanel(Component):
    """The ladder of a ticket. url: of the acknowledgement, "" if there is none to make."""

    name: str
    line: str
    is_urgent: bool
    steps: tuple[LadderStepLine, ...]
    url: str


def describe_ladder(ticket: Ticket, agent: Agent) -> LadderPanel | None:
    """Return the ladder that runs on a ticket, or None."""
    ladder = find_ladder(ticket)
    if ladder is None:
        return None
    can_acknowledge = agent.can_write and ladder.acknowledged_at is None
    return LadderPanel(
        name=ladder.name,
        line=_describe_state(ladder),
        is_urgent=ladder.acknowledged_at is None and any(s.state == DONE for s in ladder.steps),
        steps=tuple(_describe_step(step) for step in ladder.steps),
        url=get_url("agent:acknowledgement", ticket.number) if can_acknowledge else "",
    )


def _describe_state(ladder: ShownLadder) -> str:
    if ladder.acknowledged_at is not None:
        return _describe_acknowledged(ladder)
    if ladder.is_paused:
        return _("Paused with its clock: %(clock)s.") % {"clock": get_clock_name(ladder.clock)}
    if ladder.round > 1:
        return _("Nobody has acknowledged. Round %(round)s.") % {"round": ladder.round}
    return _("Until an agent acknowledges, or the clock is met: %(clock)s.") % {
        "clock": get_clock_name(ladder.clock)
    }


def _describe_acknowledged(ladder: ShownLadder) -> str:
    name = ladder.acknowledged_by or _("a former agent")
    if ladder.resumes_at is None:
        return _("Acknowledged by %(name)s.") % {"name": name}
    return _("Acknowledged by %(name)s. Continues %(time)s if nothing happens until then.") % {
        "name": name,
        "time": format_datetime(ladder.resumes_at),
    }


def _describe_step(step: ShownStep) -> LadderStepLine:
    labels = {DONE: _("Done"), NEXT: _("Next")}
    return LadderStepLine(
        number=step.number,
        action=get_action_name(step.action),
        state=step.state,
        state_label=labels.get(step.state, _("Later")),
        time=format_datetime(step.at) if step.at else "",
        iso=to_iso(step.at) if step.at else "",
        title=format_title(step.at) if step.at else "",
        detail=_describe_alerted(step),
    )


def _describe_alerted(step: ShownStep) -> str:
    """Name the agents whom a step alerted, and say so if they are the leads instead."""
    if step.is_fallback:
        return describe_alerted({"fallback": True, "action": step.action, "names": step.names})
    return ", ".join(step.names)
