"""Messages and notes of imported tickets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.database.inserts import insert_objects
from tickets.exchange.lookups import Lookups
from tickets.exchange.records import read_id
from tickets.exchange.slices import CREATED, UNCHANGED, UPDATED, Row
from tickets.exchange.ticket_records import Written, read_channel
from tickets.exchange.values import Values
from tickets.models import Message, Note, Ticket

MAX_TEXT = 300_000  # characters, as of an email
Entry = TypeVar("Entry", Message, Note)


@dataclass(slots=True)
class Group:
    """A ticket with the records of it that are to be imported.

    is_new: it isn't saved yet. is_left_alone: a person has changed it here since it was imported.
    has_news: something of it was added or changed.
    """

    ticket: Ticket
    rows: list[Row]
    is_new: bool
    is_left_alone: bool = False
    has_news: bool = False


def import_entries(groups: Iterable[Group], lookups: Lookups) -> None:
    """Write the messages and notes of saved tickets, oldest first."""
    groups = list(groups)
    files = {parent for group in groups for parent in _list_parents(group.rows)}
    _import("message", Message, _read_message, groups, lookups, files)
    _import("note", Note, _read_note, groups, lookups, files)


def _import(
    kind: str,
    model: type[Entry],
    read: Callable[..., Entry | None],
    groups: Iterable[Group],
    lookups: Lookups,
    files: Collection[tuple[str, str]],
) -> None:
    found = [
        (row, entry, group)
        for group in groups
        for row in group.rows
        if row.kind == kind
        and (entry := read(row, group, lookups, has_files=(kind, row.source_id) in files))
    ]
    _save(found, model, lookups)


def _list_parents(rows: Iterable[Row]) -> Iterable[tuple[str, str]]:
    for row in rows:
        if row.kind == "attachment":
            for kind in ("message", "note"):
                yield kind, read_id(row.data.get(kind))


def _is_due(row: Row, group: Group, lookups: Lookups) -> bool:
    """Return True for what is new or has changed; others are counted."""
    into = lookups.into
    known = into.known.get_id(row.kind, row.source_id)
    is_same = not into.known.has_changed(row.kind, row.source_id, into.digest(row))
    if is_same or into.known.is_gone(row.kind, row.source_id) or (known and group.is_left_alone):
        into.count(row.kind, UNCHANGED)
        return False
    return True


def _read_message(row: Row, group: Group, lookups: Lookups, *, has_files: bool) -> Message | None:
    if not _is_due(row, group, lookups):
        return None
    into, values = lookups.into, lookups.into.read(row)
    text, html = _read_texts(values)
    if not (text or html or has_files):
        into.refuse(row, "empty")
        return None
    agent_id = lookups.find_agent(values, "agent")
    contact_id = lookups.find_contact(values) if values.id("contact") and not agent_id else None
    if values.id("contact") and not agent_id and contact_id is None:
        into.refuse(row, "erased_person")
        return None
    into.keep(values)
    return Message(
        id=into.known.get_id("message", row.source_id), desk_id=into.run.desk_id,
        ticket=group.ticket, contact_id=contact_id, agent_id=agent_id,
        channel=read_channel(values), body_text=text, body_html=html,
        quoted_text=values.lines("quoted", MAX_TEXT), is_automatic=values.flag("automatic"),
        created_at=values.time("created_at", group.ticket.created_at),
    )  # fmt: skip


def _read_texts(values: Values) -> tuple[str, str]:
    """Return plain text and safe HTML (settings.IMPORTED_HTML)."""
    text, source = values.lines("text", MAX_TEXT), values.data.get("html")
    if not isinstance(source, str) or not source.strip():
        return text, ""
    plain, html, is_cut = import_string(settings.IMPORTED_HTML)(source)
    if is_cut:
        values.note("html_cut")
    return text or plain[:MAX_TEXT], html


def _read_note(row: Row, group: Group, lookups: Lookups, *, has_files: bool) -> Note | None:
    if not _is_due(row, group, lookups):
        return None
    into, values = lookups.into, lookups.into.read(row)
    text, _html = _read_texts(values)
    agent_id = lookups.find_agent(values, "agent")
    if agent_id is None:
        values.note("no_author")
    agent_id = agent_id or into.writer_id
    if agent_id is None or not (text or has_files):
        into.refuse(row, "empty" if agent_id else "no_author")
        return None
    into.keep(values)
    return Note(
        id=into.known.get_id("note", row.source_id), desk_id=into.run.desk_id,
        ticket=group.ticket, agent_id=agent_id, body_text=text,
        created_at=values.time("created_at", group.ticket.created_at),
    )  # fmt: skip


CHANGED: dict[type[Message | Note], list[str]] = {
    Message: ["body_text", "body_html", "quoted_text", "contact", "agent", "channel"],
    Note: ["body_text", "agent"],
}


def _save(
    found: Collection[tuple[Row, Entry, Group]], model: type[Entry], lookups: Lookups
) -> None:
    into = lookups.into
    new = sorted(
        (entry for _, entry, _ in found if entry.pk is None), key=lambda entry: entry.created_at
    )
    old = [entry for _, entry, _ in found if entry.pk is not None]
    outcomes = {id(entry): CREATED if entry.pk is None else UPDATED for _, entry, _ in found}
    insert_objects(new)
    if old:
        model.objects.bulk_update(old, CHANGED[model])
    for row, entry, group in found:
        into.known.put(row.kind, row.source_id, entry.pk, into.digest(row))
        into.count(row.kind, outcomes[id(entry)])
        group.has_news = True


def list_written(ticket_ids: Collection[int]) -> dict[int, list[Written]]:
    """Return the messages of tickets, as their times depend on them."""
    rows = Message.objects.filter(ticket_id__in=ticket_ids).values_list(
        "ticket_id", "created_at", "contact_id", "is_automatic"
    )
    found: dict[int, list[Written]] = {ticket_id: [] for ticket_id in ticket_ids}
    for ticket_id, at, contact_id, is_automatic in rows:
        found[ticket_id].append(Written(at, contact_id is not None, is_automatic))
    return found
