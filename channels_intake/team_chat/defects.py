"""Messages about defects: which channels are told of an event, and what.

Unlike the events of tickets, those of defects are followed in the transaction of the change. The
message is queued with it, and sent after the commit.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import ngettext

from accounts.models import Desk, Visibility
from accounts.places.languages import use_recipient_locale
from channels_intake.models import ChatRule, ChatTopic
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.team_chat.composing import clean_text, mention_agent
from channels_intake.team_chat.followers import queue_message
from channels_intake.team_chat.rules import TicketFacts, find_rules, get_book
from channels_intake.team_chat.texts import cut_message, fill_message
from channels_intake.team_chat.vendors import VENDORS
from channels_intake.team_chat.vendors.protocol import Vendor
from tickets.defects.timeline import describe_defect_event
from tickets.defects.updates.settings import load_stage_settings
from tickets.defects.updates.texts import get_stage_name
from tickets.models import Defect, DefectEvent, DefectEventKind, Stage, StageSetting, Ticket

TOPICS: Mapping[str, ChatTopic] = {
    DefectEventKind.CREATED: ChatTopic.DEFECT_CREATED,
    DefectEventKind.STAGE_MOVED: ChatTopic.DEFECT_MOVED,
    DefectEventKind.RELEASED: ChatTopic.DEFECT_RELEASED,
    DefectEventKind.MAJOR: ChatTopic.DEFECT_MAJOR,
    DefectEventKind.MERGED: ChatTopic.DEFECT_MERGED,
}
ANY_DEFECT = TicketFacts(department_id=None, level="", plan_id=None)


def post_defect_event(defect: Defect, event: DefectEvent) -> None:
    """Queue the messages about an event, one for each channel that is told of it."""
    topic = get_defect_topic(event)
    if topic is None:
        return
    for rule in find_rules(get_book(defect.desk), [topic], ANY_DEFECT):
        queue_message(
            desk_id=defect.desk_id,
            rule=rule,
            about=_make_key(event),
            body={"defect_event": event.pk, "defect": defect.pk},
            at=event.at,
        )


def get_defect_topic(event: DefectEvent) -> str | None:
    """Return the topic of an event, or None if no channel is told of it."""
    return TOPICS.get(event.kind)


def _make_key(event: DefectEvent) -> str:
    """Return what a channel is told of once: each event, but a significant impact in all.

    The move to Released counts as the release that caused it: the version was told of already.
    """
    if event.kind == DefectEventKind.MAJOR:
        return f"defect:{event.defect_id}:major"
    told = event.pk
    if event.kind == DefectEventKind.STAGE_MOVED and event.data["stage"][1] == Stage.RELEASED:
        same = DefectEvent.objects.filter(defect_id=event.defect_id, at=event.at)
        releases = same.filter(kind=DefectEventKind.RELEASED).values_list("pk", flat=True)
        told = releases.first() or told
    return f"defect_event:{told}"


def compose_defect_message(rule: ChatRule, event: DefectEvent) -> str:
    """Return the message of a rule about an event. The defect and its owner are loaded."""
    defect, connection = event.defect, rule.connection
    vendor, desk = VENDORS[connection.kind], defect.desk
    settings = load_stage_settings(desk.pk)
    with use_recipient_locale(desk=desk):
        facts = collect_defect_facts(event, vendor, settings)
        if not connection.is_public:
            _hide_closed_ticket(event)
            what = describe_defect_event(event, desk, settings)
            facts["what"] = clean_text(what, vendor)
            facts["owner"] = mention_agent(defect.owner, connection)
        text = fill_message(rule.template, rule.topic, facts, is_public=connection.is_public)
        return cut_message(text, max_chars=vendor.max_chars, more=facts["link"])


def collect_defect_facts(
    event: DefectEvent, vendor: Vendor, settings: Mapping[str, StageSetting]
) -> dict[str, str]:
    """Return what texts can insert of a defect, cleaned for a chat."""
    defect = event.defect
    stage = Stage(_get_stage(event))
    url = get_defect_url(defect.desk, defect.number)
    severity = clean_text(str(defect.get_severity_display()), vendor)
    product = clean_text(str(defect.product or ""), vendor)
    impact = describe_impact(defect)
    return {
        "defect": vendor.link(url, defect.key),
        "number": defect.key,
        "link": url,
        "title": clean_text(defect.title, vendor),
        "stage": clean_text(get_stage_name(stage, settings.get(stage)), vendor),
        "severity": severity,
        "product": product,
        "impact": impact,
        "details": " · ".join(part for part in (severity, product, impact) if part),
    }


def _hide_closed_ticket(event: DefectEvent) -> None:
    """Remove the number of a members-only ticket from an event, as for agents outside of it."""
    number = event.data.get("ticket")
    closed = Ticket.objects.filter(desk_id=event.desk_id, department__visibility=Visibility.MEMBERS)
    if number and closed.filter(number=number).exists():
        event.data["ticket"] = None


def _get_stage(event: DefectEvent) -> str:
    """Return the stage that an event is about: a message that waited tells of its own."""
    if event.kind == DefectEventKind.STAGE_MOVED:
        return str(event.data["stage"][1])
    return event.defect.stage


def describe_impact(defect: Defect) -> str:
    """Return how many accounts and open tickets a defect affects, or "" before that is known."""
    accounts, tickets = defect.accounts_hit, defect.tickets_hit
    if not (accounts or tickets):
        return ""
    counts = (
        ngettext("%(count)s account", "%(count)s accounts", accounts) % {"count": accounts},
        ngettext("%(count)s open ticket", "%(count)s open tickets", tickets) % {"count": tickets},
    )
    return ", ".join(counts)


def get_defect_url(desk: Desk, number: int) -> str:
    """Return the address of a defect's page for agents."""
    return f"{get_desk_url(desk)}/agent/defects/{number}/"
