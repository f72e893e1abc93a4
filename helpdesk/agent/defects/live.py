"""Live pages about defects: a notice that one was changed by someone else, and the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import Agent
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url
from tickets.defects.access import hide_tickets
from tickets.defects.timeline import describe_defect_event
from tickets.models import ActorKind, Defect, StageSetting


@dataclass(frozen=True, slots=True)
class LiveDefect(Component):
    """The part of a page that says what has happened to its defect since (defects/_news.html)."""

    news_url: str
    stream_url: str


def describe_live(defect: Defect) -> LiveDefect:
    """Return the live part of a page about a defect, as of its last event. One statement."""
    seen = defect.events.order_by("-id").values_list("pk", flat=True).first() or 0
    return LiveDefect(
        news_url=get_url("agent:defect_news", defect.number, query={"seen": seen}),
        stream_url=get_url("agent:stream", query={"defect": defect.number}),
    )


def describe_news(
    defect: Defect, agent: Agent, settings: Mapping[str, StageSetting], *, seen: int
) -> str:
    """Return the last thing that happened to a defect after an event, or "".

    What the reader did themselves is no news.
    """
    events = defect.events.filter(pk__gt=seen)
    others = events.exclude(actor_kind=ActorKind.AGENT, actor_id=agent.pk)
    event = others.order_by("-id").first()
    if event is None:
        return ""
    hide_tickets([event], agent)
    return describe_defect_event(event, defect.desk, settings)
