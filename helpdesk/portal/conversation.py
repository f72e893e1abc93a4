"""A ticket's public conversation for its customer.

Built from Message, and from the escalations and updates about defects that customers are told of:
a Note is another table and is never read here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from accounts.models import Desk
from helpdesk.shared.components import EventItem, MessageItem
from helpdesk.shared.entries import describe_message, describe_timestamp, describe_update
from helpdesk.shared.file_pages import get_view_url
from tickets.events import EventKind
from tickets.models import Attachment, Message, Ticket, TicketEvent


def list_entries(ticket: Ticket, desk: Desk) -> list[MessageItem | EventItem]:
    """Return the messages with their files, and what else customers are told, oldest first.

    What customers of a merged ticket wrote since is shown on theirs, not on the other one.
    For portal/_entry.html. Takes three queries.
    """
    here = Q(ticket=ticket, via=None) | Q(via=ticket)
    messages = Message.objects.filter(here).select_related("contact", "agent")
    timed: list[tuple[datetime, MessageItem | EventItem]] = [
        *((m.created_at, _describe(m)) for m in messages.prefetch_related("attachments")),
        *((event.at, _describe_event(event, desk)) for event in _list_told_events(ticket)),
    ]
    return [entry for _at, entry in sorted(timed, key=lambda pair: pair[0])]


def _describe(message: Message) -> MessageItem:
    files = list(message.attachments.all())
    item = describe_message(message, files, file_url=_get_file_url, show_address=False)
    pages = {_get_file_url(file): get_view_url(file, "portal") for file in files}
    shown = (replace(one, view_url="" if one.refused else pages[one.url]) for one in item.files)
    return replace(item, files=tuple(shown))


def _list_told_events(ticket: Ticket) -> list[TicketEvent]:
    """Return the escalations to another level (M98), and the updates about defects (M101-M103).

    The reasons of escalations are internal.
    """
    kinds = [EventKind.ESCALATED, EventKind.DEFECT_UPDATED]
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).order_by("pk")
    return [event for event in events if _is_told(event)]


def _is_told(event: TicketEvent) -> bool:
    if event.kind == EventKind.DEFECT_UPDATED:
        return bool(event.data.get("text"))
    before, after = event.data["level"]
    return bool(before != after)


def _describe_event(event: TicketEvent, desk: Desk) -> MessageItem | EventItem:
    if event.kind == EventKind.DEFECT_UPDATED:
        return describe_update(event, desk)
    _before, after = event.data["level"]
    return EventItem(text=desk.sentence_for_level(after), **describe_timestamp(event.at))


def _get_file_url(file: Attachment) -> str:
    return reverse("portal:file", args=[file.pk])
