"""Import of tickets with their entries: rows are written in bulk, with their own times (M38).

No follower runs and no delivery is written, so nothing is sent, assigned or timed. Each ticket gets
one event of the import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from accounts.database.inserts import insert_missing, insert_objects
from accounts.database.rows import fetch_rows
from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.exchange.entries import Group, import_entries, list_written
from tickets.exchange.event_records import import_events
from tickets.exchange.files import import_files
from tickets.exchange.lookups import Lookups
from tickets.exchange.slices import CREATED, UNCHANGED, UPDATED, Row, Slice, last_of_each
from tickets.exchange.ticket_records import Written, read_number, read_ticket, read_times
from tickets.exchange.values import Values
from tickets.models import (
    OPEN_STATES,
    ActorKind,
    Participant,
    Ticket,
    TicketEvent,
    TicketTag,
)
from tickets.search.documents import rebuild
from tickets.services.tags import get_or_create_tags

MAX_TAG = 40  # characters
# Tickets that a person has changed since the last import of them.
CHANGED_HERE = f"""
SELECT DISTINCT e.ticket_id FROM tickets_ticketevent e
WHERE e.ticket_id = ANY(%(tickets)s) AND e.actor_kind <> '{ActorKind.SYSTEM.value}'
  AND e.id > (SELECT max(i.id) FROM tickets_ticketevent i
              WHERE i.ticket_id = e.ticket_id AND i.kind = '{EventKind.TICKET_IMPORTED.value}')
"""  # noqa: S608 (constants of our own)


def import_tickets(rows: list[Row], into: Slice) -> None:
    """Write the tickets of a slice with everything that belongs to them."""
    rows = last_of_each(rows, into)
    lookups = Lookups(into, rows)
    groups = list(_list_groups(rows, lookups))
    _mark_left_alone(groups)
    read = [(group, values) for group in groups if (values := _read(group, lookups))]
    _create(group for group, _ in read if group.is_new)
    _keep(read, lookups)
    saved = [group for group in groups if group.ticket.pk]
    _refuse_entries([group for group in groups if not group.ticket.pk], into)
    import_entries(saved, lookups)
    import_files(saved, lookups)
    import_events(saved, lookups)
    _set_times([group for group in saved if group.has_news and not group.is_new])
    _record([group for group in saved if group.has_news], into)
    rebuild({group.ticket.pk for group in saved if group.has_news})


def _list_groups(rows: Iterable[Row], lookups: Lookups) -> Iterable[Group]:
    """Yield the tickets of these records; entries of unknown tickets are refused."""
    into, by_key = lookups.into, defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    ids = {key: _get_ticket_id(group) for key, group in by_key.items()}
    known = {key: into.known.get_id("ticket", source_id) for key, source_id in ids.items()}
    tickets = Ticket.objects.select_related("desk").in_bulk([pk for pk in known.values() if pk])
    for key, group in by_key.items():
        ticket = tickets.get(known[key] or 0)
        if ticket is not None:
            yield Group(ticket, group, is_new=False)
        elif into.known.is_gone("ticket", ids[key]):
            for row in group:
                into.count(row.kind, UNCHANGED)
        elif any(row.kind == "ticket" for row in group):
            yield Group(Ticket(desk=into.desk), group, is_new=True)
        else:
            for row in group:
                into.refuse(row, "missing_ticket", value=ids[key])


def _get_ticket_id(group: Iterable[Row]) -> str:
    row = next(iter(group))
    return row.source_id if row.kind == "ticket" else str(row.data.get("ticket", "")).strip()


def _mark_left_alone(groups: Collection[Group]) -> None:
    ids = [group.ticket.pk for group in groups if not group.is_new]
    changed = (
        {row["ticket_id"] for row in fetch_rows(CHANGED_HERE, {"tickets": ids})} if ids else ()
    )
    for group in groups:
        group.is_left_alone = group.ticket.pk in changed


def _read(group: Group, lookups: Lookups) -> Values | None:
    """Set the columns of a ticket whose record is new or has changed. Return its reader."""
    into = lookups.into
    row = next((row for row in group.rows if row.kind == "ticket"), None)
    if row is None:
        return None
    if not into.known.has_changed("ticket", row.source_id, into.digest(row)):
        into.count("ticket", UNCHANGED)
        return None
    values = into.read(row)
    contact_id = lookups.find_contact(values)
    if contact_id is None or group.is_left_alone:
        into.refuse(row, "changed_here" if contact_id else "erased_person")
        return None
    columns = read_ticket(values, lookups, contact_id)
    if group.is_new:
        columns |= _read_times(group, columns, values)
        group.ticket = Ticket(desk=into.desk, number=into.numbers.pop(0), **columns)
    else:
        _update(group.ticket, columns)
    group.has_news = True
    return values


def _update(ticket: Ticket, columns: dict[str, Any]) -> None:
    """Update a ticket without a transition, and without losing its assignee."""
    if columns["assignee_id"] is None:
        del columns["assignee_id"]
    Ticket.objects.filter(pk=ticket.pk).update(**columns)
    ticket.refresh_from_db(fields=["created_at", "first_responded_at"])
    ticket.__dict__["status"] = columns["status"]  # protected from setattr


def _read_times(group: Group, columns: dict[str, Any], values: Values) -> dict[str, Any]:
    written = [_read_written(row, values) for row in group.rows if row.kind == "message"]
    times = read_times(columns["status"], written)
    times["first_responded_at"] = columns["first_responded_at"] or times["first_responded_at"]
    return times


def _read_written(row: Row, of_ticket: Values) -> Written:
    values = Values(row.kind, row.source_id, row.data, at=of_ticket.at)
    at = values.time("created_at", of_ticket.at)
    is_by_customer = bool(values.id("contact")) and not values.id("agent")
    return Written(at, is_by_customer, values.flag("automatic"))


def _create(groups: Iterable[Group]) -> None:
    insert_objects(group.ticket for group in groups)


def _refuse_entries(groups: Iterable[Group], into: Slice) -> None:
    """Refuse what belongs to tickets that were refused."""
    for group in groups:
        for row in group.rows:
            if row.kind != "ticket":
                into.refuse(row, "missing_ticket", value=_get_ticket_id(group.rows))


def _keep(read: Collection[tuple[Group, Values]], lookups: Lookups) -> None:
    """Write what hangs on saved tickets: tags, followers, and what they are known by."""
    into = lookups.into
    for group, values in read:
        row = next(row for row in group.rows if row.kind == "ticket")
        digest, number = into.digest(row), read_number(values)
        into.known.put("ticket", row.source_id, group.ticket.pk, digest, number)
        into.count("ticket", CREATED if group.is_new else UPDATED)
        into.keep(values)
    names = {name for _, values in read for name in values.ids("tags")}
    tags = {tag.name.casefold(): tag for tag in get_or_create_tags(into.desk, names)}
    insert_missing(
        TicketTag(desk_id=into.run.desk_id, ticket=group.ticket, tag=tag)
        for group, values in read
        for tag in {tags.get(name[:MAX_TAG].strip().casefold()) for name in values.ids("tags")}
        if tag is not None
    )
    insert_missing(
        Participant(desk_id=into.run.desk_id, ticket=group.ticket, contact_id=contact_id,
                    added_at=group.ticket.created_at)
        for group, values in read
        for contact_id in _list_followers(group, values, into)
    )  # fmt: skip


def _list_followers(group: Group, values: Values, into: Slice) -> set[int]:
    found = {into.known.get_id("contact", source_id) for source_id in values.ids("participants")}
    others = found - into.known.erased - {group.ticket.contact_id}
    return {contact_id for contact_id in others if contact_id is not None}


def _set_times(groups: Collection[Group]) -> None:
    """Update what new entries change on tickets that were here already."""
    open_groups = [group for group in groups if not group.is_left_alone]
    written = list_written([group.ticket.pk for group in open_groups])
    for group in open_groups:
        ticket = group.ticket
        times = read_times(ticket.status, written[ticket.pk])
        times["first_responded_at"] = ticket.first_responded_at or times["first_responded_at"]
        Ticket.objects.filter(pk=ticket.pk).update(**times)


def _record(groups: Collection[Group], into: Slice) -> None:
    """Record the import on each ticket: without followers, unless open ones get clocks."""
    by = Actor.of(into.run.agent) if into.run.agent else SYSTEM
    starts = into.mapping.start_clocks
    with_clocks = [
        group for group in groups if starts and group.is_new and group.ticket.status in OPEN_STATES
    ]
    insert_objects(
        TicketEvent(
            desk_id=into.run.desk_id, ticket=group.ticket, kind=EventKind.TICKET_IMPORTED,
            at=into.at, actor_kind=by.kind, actor_id=by.id, actor_name=by.name,
            data=_describe(group, into),
        )
        for group in groups
        if group not in with_clocks
    )  # fmt: skip
    for group in with_clocks:
        change = Change(group.ticket, by=by, at=into.at)
        change.record(EventKind.TICKET_IMPORTED, _describe(group, into) | {"starts_clocks": True})
        change.save()


def _describe(group: Group, into: Slice) -> dict[str, Any]:
    row = next((row for row in group.rows if row.kind == "ticket"), None)
    number = read_number(into.read(row)) if row else ""
    return {"source": into.run.source, "number": number, "is_update": not group.is_new}
