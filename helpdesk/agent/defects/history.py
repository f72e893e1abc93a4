"""The history of a defect on its page, with notes and what they mention."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from accounts.models import Agent
from helpdesk.agent.defects.components import Entry
from helpdesk.agent.defects.mentions import link_mentions
from helpdesk.shared.entries import describe_timestamp
from helpdesk.shared.urls import get_url
from tickets.defects.access import hide_tickets
from tickets.defects.timeline import describe_defect_event
from tickets.models import Defect, DefectEvent, DefectEventKind, DefectUpdate, StageSetting

MAX_EVENTS = 50
Settings = Mapping[str, StageSetting]
ICONS: dict[str, tuple[str, str]] = {
    DefectEventKind.CREATED: ("bug-ant", "red"),
    DefectEventKind.CHANGED: ("pencil", ""),
    DefectEventKind.STAGE_MOVED: ("arrow-right", "blue"),
    DefectEventKind.LINKED: ("link", ""),
    DefectEventKind.UNLINKED: ("link-slash", "amber"),
    DefectEventKind.RELEASED: ("rocket-launch", "green"),
    DefectEventKind.MERGED: ("arrows-pointing-in", ""),
    DefectEventKind.NOTE: ("lock-closed", "amber"),
    DefectEventKind.PUBLISHED: ("globe-alt", ""),
    DefectEventKind.MAJOR: ("exclamation-triangle", "red"),
    DefectEventKind.CODE: ("code-bracket", ""),
    DefectEventKind.FOLLOWED: ("user-plus", ""),
}
# Events after which customers are told.
TOLD_OF = (DefectEventKind.CREATED, DefectEventKind.STAGE_MOVED, DefectEventKind.RELEASED)
OTHER_ICON = ("information-circle", "")  # of a kind that another version stored


def read_entries(
    defect: Defect, agent: Agent, settings: Settings, *, before: int | None
) -> dict[str, Any]:
    """Return the history, newest first. Tickets that the agent doesn't see aren't named."""
    events: QuerySet[DefectEvent] = defect.events.order_by("-id")
    if before:
        events = events.filter(pk__lt=before)
    found = list(events[: MAX_EVENTS + 1])
    shown = found[:MAX_EVENTS]
    hide_tickets(shown, agent)
    told = _count_told(defect, shown)
    url = get_url("agent:defect", defect.number)
    return {
        "entries": [_build_entry(event, defect, settings, told=told[event.pk]) for event in shown],
        "earlier_url": f"{url}?before={shown[-1].pk}#history" if len(found) > MAX_EVENTS else "",
    }


def _count_told(defect: Defect, events: Sequence[DefectEvent]) -> Counter[int]:
    """Return on how many tickets an update was sent, by the event that it followed."""
    causes = [event for event in reversed(events) if event.kind in TOLD_OF]
    if not causes:
        return Counter()
    sent = DefectUpdate.objects.filter(defect=defect, at__gte=causes[0].at).exclude(text="")
    counts: Counter[int] = Counter()
    for at, tickets in sent.order_by().values_list("at").annotate(tickets=Count("pk")):
        cause = causes[bisect_right(causes, at, key=lambda event: event.at) - 1]
        counts[cause.pk] += tickets
    return counts


def _describe(event: DefectEvent, defect: Defect, settings: Settings, *, told: int) -> str:
    sentence = describe_defect_event(event, defect.desk, settings)
    if not told:
        return sentence
    sent = ngettext(
        "Customers were told on %(count)s ticket.",
        "Customers were told on %(count)s tickets.",
        told,
    )
    return f"{sentence} {sent % {'count': told}}"


def _build_entry(event: DefectEvent, defect: Defect, settings: Settings, *, told: int) -> Entry:
    icon, tone = ICONS.get(event.kind, OTHER_ICON)
    text = event.data.get("text", "") if event.kind == DefectEventKind.NOTE else ""
    prefix = defect.desk.ticket_prefix
    return Entry(
        icon=icon,
        tone=tone,
        sentence=_link_reference(_describe(event, defect, settings, told=told), event.data),
        note=link_mentions(text, prefix) if text else SafeString(),
        **describe_timestamp(event.at),
    )


def _link_reference(sentence: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence with what a code host reported as a link to its page there."""
    ref, url = str(facts.get("ref", "")), str(facts.get("url", ""))
    if not ref or ref not in sentence or not url.startswith(("https://", "http://")):
        return sentence
    before, _found, after = sentence.partition(ref)
    link = '{}<a href="{}" rel="noopener noreferrer">{}</a>{}'
    return format_html(link, before, url, ref, after)
