"""The conversation of a ticket as its template shows it: messages, notes and events by time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent, Desk
from channels_intake.models import MailState
from helpdesk.agent.components.relations import MergedItem
from helpdesk.agent.components.side import SideItem
from helpdesk.agent.defects.mentions import link_mentions
from helpdesk.agent.notes.cards import describe_tools
from helpdesk.agent.notes.highlighting import highlight_mentions
from helpdesk.agent.notes.sql import NoteRow
from helpdesk.agent.side.cards import describe_side
from helpdesk.agent.ticket_page.composing.channels import add_parts
from helpdesk.agent.ticket_page.deliveries import add_delivery
from helpdesk.agent.ticket_page.file_tools import add_file_tools
from helpdesk.agent.ticket_page.pending import describe_pending
from helpdesk.agent.ticket_page.ticket_queries import Conversation
from helpdesk.shared.components import EventItem, EventRun, MessageItem
from helpdesk.shared.entries import (
    describe_message,
    describe_note,
    describe_timestamp,
    describe_update,
)
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_age
from tickets.events import EventKind
from tickets.markup.markdown import render_note
from tickets.models import Attachment, Message, Ticket, TicketEvent
from tickets.timeline import describe_event

MIN_FOLDED = 3  # events in a row
Entry = EventItem | MessageItem | MergedItem | SideItem


def describe_conversation(
    ticket: Ticket, conversation: Conversation, *, reader: Agent
) -> dict[str, Any]:
    """Return the context of agent/ticket/_conversation.html, with what its reader may do."""
    notes = [(row, _build_note(row, conversation, ticket, reader)) for row in conversation.notes]
    timed = list(_list_timed(ticket, conversation, notes, reader))
    timed.sort(key=lambda item: item[:3])
    whole = f"{get_url('agent:ticket', ticket.number)}?all=1"
    return {
        "entries": _fold_events((row_id, entry) for _at, _kind, row_id, entry in timed),
        "pinned": next((item for row, item in notes if row.is_pinned), None),
        "last_message": conversation.last_message_id,
        "earlier_url": whole if conversation.has_earlier else "",
        "earlier_text": _("Show the entire conversation"),
        "pending": describe_pending(
            ticket, conversation.pending, reader, last_message=conversation.last_message_id
        ),
    }


def _list_timed(
    ticket: Ticket,
    conversation: Conversation,
    notes: Iterable[tuple[NoteRow, MessageItem]],
    reader: Agent,
) -> Iterator[tuple[datetime, int, int, Entry]]:
    """Yield each entry with its time, the order of its kind at the same time, and its ID."""
    names, since = conversation.priority_names, ticket.unanswered_since
    for message in conversation.messages:
        item = _build_message(message, conversation, since, ticket, reader)
        yield message.created_at, 1, message.pk, item
    for row, item in notes:
        if row.note.created_at >= conversation.since:
            yield row.note.created_at, 2, row.note.pk, item
    for event in conversation.events:
        block = conversation.merged.get(event.pk) or _build_event(event, ticket.desk, names)
        yield event.at, 3, event.pk, block
    for side in conversation.sides:
        yield side.updated_at, 4, side.id, describe_side(side, ticket, reader)


def _fold_events(entries: Iterable[tuple[int, Entry]]) -> list[Entry | EventRun]:
    """Return the entries with a run for several events in a row. entries: with their ids."""
    folded: list[Entry | EventRun] = []
    for is_event, group in groupby(entries, key=lambda entry: isinstance(entry[1], EventItem)):
        run = list(group)
        events = tuple(item for _id, item in run if isinstance(item, EventItem))
        if is_event and len(events) >= MIN_FOLDED:
            folded.append(_build_run(run[0][0], events))
        else:
            folded.extend(item for _id, item in run)
    return folded


def _build_run(first_id: int, events: tuple[EventItem, ...]) -> EventRun:
    latest, count = events[-1], len(events)
    text = ngettext(
        "%(count)s event. Latest: %(event)s", "%(count)s events. Latest: %(event)s", count
    )
    return EventRun(
        id=first_id,
        text=text % {"count": count, "event": latest.text},
        events=events,
        at_iso=latest.at_iso,
        at_text=latest.at_text,
        at_title=latest.at_title,
    )


def get_file_url(file: Attachment) -> str:
    """Return where an agent downloads a file."""
    return get_url("agent:file", file.pk)


def _build_message(
    message: Message,
    conversation: Conversation,
    since: datetime | None,
    ticket: Ticket,
    reader: Agent,
) -> MessageItem:
    """Return a message. since: when the first unanswered one was written, or None."""
    files = conversation.files.get(("message", message.pk), [])
    source_id = getattr(message, "source_id", None)
    item = replace(
        describe_message(message, files, file_url=get_file_url),
        source_url=get_url("agent:received_mail", source_id) if source_id else "",
        forward_url=_get_forward_url(ticket, message) if reader.can_write else "",
    )
    item = add_file_tools(item, files=files, ticket=ticket, reader=reader)
    if since is not None and message.created_at >= since and item.kind == "customer":
        age = format_age(message.created_at, now=timezone.now())
        item = replace(item, unanswered_iso=item.at_iso, unanswered_text=age)
    status = conversation.emails.get(message.pk)
    item = add_delivery(item, status) if status else item
    if status and status.state == MailState.FAILED and reader.can_write:
        again = get_url("agent:email_again", ticket.number, message.pk)
        item = replace(item, mail_again_url=again)
    parts = conversation.parts.get(message.pk, ())
    return add_parts(item, parts, ticket, can_write=reader.can_write) if parts else item


def _get_forward_url(ticket: Ticket, message: Message) -> str:
    return f"{get_url('agent:side_new', ticket.number)}?message={message.pk}"


def _build_note(
    row: NoteRow, conversation: Conversation, ticket: Ticket, reader: Agent
) -> MessageItem:
    """Return a note, with links to the defects and tickets that it names, and its mentions."""
    note = row.note
    files = conversation.files.get(("note", note.pk), [])
    item = describe_note(note, files, file_url=get_file_url)
    item = add_file_tools(item, files=files, ticket=ticket, reader=reader)
    link = partial(link_mentions, prefix=ticket.desk.ticket_prefix)
    text, html = link(note.body_text), render_note(note.body_text, link)
    shown = mark_safe(html)  # noqa: S308 (sanitized)
    return replace(
        item,
        text=highlight_mentions(text, row.mentioned),
        html=highlight_mentions(shown, row.mentioned),
        tools=describe_tools(row, ticket, reader),
    )


def _build_event(event: TicketEvent, desk: Desk, names: dict[str, str]) -> EventItem | MessageItem:
    if event.kind == EventKind.DEFECT_UPDATED and event.data.get("text"):
        return describe_update(event, desk)
    text = describe_event(event, desk, priority_names=names)
    return EventItem(text=text, **describe_timestamp(event.at))
