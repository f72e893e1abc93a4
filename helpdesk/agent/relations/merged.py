"""The tickets that were merged into a ticket, as blocks of its conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import ngettext

from accounts.models import Agent, Desk
from helpdesk.agent.components.relations import MergedItem
from helpdesk.agent.ticket_page.entries import get_file_url
from helpdesk.shared.components import MessageItem
from helpdesk.shared.entries import describe_message, describe_timestamp
from helpdesk.shared.urls import get_url
from tickets.access import tickets_for_agent
from tickets.events import EventKind
from tickets.models import Message, Ticket, TicketEvent
from tickets.timeline import describe_event

MAX_BLOCKS = 20
MAX_MESSAGES = 20  # the newest of each


def read_merged(
    ticket: Ticket, agent: Agent, events: Sequence[TicketEvent]
) -> dict[int, MergedItem]:
    """Return a block for the event of each merge that still stands, by the event's ID.

    Only tickets that the agent may see. Without such an event, nothing is read.
    """
    latest = {
        event.data.get("merged"): event for event in events if event.kind == EventKind.MERGED_IN
    }
    if not latest:
        return {}
    numbers = list(islice(reversed(latest), MAX_BLOCKS))
    merged = tickets_for_agent(agent).filter(merged_into=ticket, number__in=numbers)
    found = {one.number: one for one in merged.select_related("contact")}
    messages = _read_messages([one.pk for one in found.values()])
    return {
        event.pk: _build(event, found[number], messages[found[number].pk], ticket.desk)
        for number, event in latest.items()
        if number in found
    }


def _read_messages(ticket_ids: Sequence[int]) -> dict[int, list[MessageItem]]:
    """Return the newest messages of tickets, oldest first; one more than is shown."""
    place = Window(RowNumber(), partition_by="ticket", order_by=[F("created_at").desc(), "-id"])
    newest = Message.objects.filter(ticket__in=ticket_ids).annotate(place=place)
    newest = newest.filter(place__lte=MAX_MESSAGES + 1).order_by("created_at", "pk")
    found: dict[int, list[MessageItem]] = defaultdict(list)
    for message in newest.select_related("contact", "agent").prefetch_related("attachments"):
        files = list(message.attachments.all())
        found[message.ticket_id].append(describe_message(message, files, file_url=get_file_url))
    return found


def _build(
    event: TicketEvent, merged: Ticket, messages: list[MessageItem], desk: Desk
) -> MergedItem:
    shown = messages[-MAX_MESSAGES:]
    count = ngettext(
        "%(count)s message from %(requester)s", "%(count)s messages from %(requester)s", len(shown)
    )
    return MergedItem(
        text=describe_event(event, desk),
        url=get_url("agent:ticket", merged.number),
        number=f"{desk.ticket_prefix}-{merged.number}",
        subject=merged.subject,
        summary=count % {"count": len(shown), "requester": merged.contact},
        messages=tuple(shown),
        has_earlier=len(messages) > len(shown),
        **describe_timestamp(event.at),
    )
