"""Links between imported tickets, once all of them are there: follow-ups, merges and others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tickets.exchange.records import make_digest
from tickets.exchange.slices import CREATED, UNCHANGED, UPDATED, Row, Slice, last_of_each
from tickets.exchange.values import Values
from tickets.models import CloseReason, LinkKind, Ticket, TicketLink

MAX_CHAIN = 1_000  # merges or parents, one after another
MAX_LINKS = 200  # of one ticket


def import_links(rows: list[Row], into: Slice) -> None:
    """Write what tickets' records say of other tickets."""
    rows = last_of_each(rows, into)
    into.known.load(key for row in rows for key in _list_tickets(row))
    into.known.load(("link", row.source_id) for row in rows)
    for row in rows:
        digest = make_digest(row.kind, row.data)
        ticket_id = into.known.get_id("ticket", row.source_id)
        if ticket_id is None or not into.known.has_changed("link", row.source_id, digest):
            into.count("link", UNCHANGED)
            continue
        is_new = into.known.get_id("link", row.source_id) is None
        values = into.read(row)
        _import(Ticket.objects.get(pk=ticket_id), values, into)
        into.known.put("link", row.source_id, ticket_id, digest)
        into.count("link", CREATED if is_new else UPDATED)
        into.keep(values)


def _import(ticket: Ticket, values: Values, into: Slice) -> None:
    earlier = _find(values, "follow_up_of", into, ticket)
    if earlier and _leads_to(earlier, ticket.pk, "follow_up_of_id"):
        values.note("cycle", value=values.id("follow_up_of"))
    elif earlier:
        Ticket.objects.filter(pk=ticket.pk).update(follow_up_of=earlier)
    if values.id("merged_into"):
        _merge(ticket, _find(values, "merged_into", into, ticket), values)
    given = values.data.get("links")
    for link in given[:MAX_LINKS] if isinstance(given, list) else ():
        if isinstance(link, dict):
            _link(ticket, values, link, into)


def _merge(ticket: Ticket, target: int | None, values: Values) -> None:
    """Merge a closed ticket into another one, unless that one leads back to it."""
    if target is not None and _leads_to(target, ticket.pk, "merged_into_id"):
        values.note("cycle", value=values.id("merged_into"))
        target = None
    columns: dict[str, Any] = {"merged_into_id": target}
    if target is None and ticket.close_reason == CloseReason.MERGED:
        columns["close_reason"] = CloseReason.OTHER
    Ticket.objects.filter(pk=ticket.pk).update(**columns)


def _leads_to(start: int, wanted: int, column: str) -> bool:
    """Return True if following a column from a ticket arrives at another one."""
    step = start
    for _ in range(MAX_CHAIN):
        if step == wanted:
            return True
        found = Ticket.objects.filter(pk=step).values_list(column, flat=True).first()
        if found is None:
            return False
        step = found
    return True


def _link(ticket: Ticket, values: Values, link: dict[str, Any], into: Slice) -> None:
    inner = Values("link", values.source_id, link, at=values.at)
    kind = inner.line("kind", 20)
    if kind not in LinkKind.values:
        values.note("unknown_link", value=kind)
        return
    other = _find(inner, "to", into, ticket)
    values.problems += inner.problems
    if other is None:
        return
    source, target = ticket.pk, other
    if kind == LinkKind.RELATED:
        source, target = sorted((source, target))
    if kind == LinkKind.PARENT and not _may_have_parent(source, target, values, inner.id("to")):
        return
    found = {"source_id": source, "target_id": target, "kind": kind}
    TicketLink.objects.get_or_create(
        **found, defaults={"desk_id": into.run.desk_id, "linked_at": into.at}
    )


def _may_have_parent(child: int, parent: int, values: Values, shown: str) -> bool:
    links = TicketLink.objects.filter(kind=LinkKind.PARENT)
    if links.filter(source=child).exclude(target=parent).exists():
        values.note("second_parent")
        return False
    step: int | None = parent
    for _ in range(MAX_CHAIN):
        if step is None:
            return True
        if step == child:
            break
        step = links.filter(source=step).values_list("target_id", flat=True).first()
    values.note("cycle", value=shown)
    return False


def _find(values: Values, name: str, into: Slice, ticket: Ticket) -> int | None:
    """Return the other ticket; a missing one, and the ticket itself, are noted."""
    source_id = values.id(name)
    found = into.known.get_id("ticket", source_id)
    if source_id and found is None:
        values.note("missing_ticket", value=source_id)
    if found == ticket.pk:
        values.note("link_to_itself")
        return None
    return found


def _list_tickets(row: Row) -> Iterable[tuple[str, str]]:
    values = Values(row.kind, row.source_id, row.data, at=None)  # type: ignore[arg-type] # no times
    yield "ticket", row.source_id
    for name in ("follow_up_of", "merged_into"):
        yield "ticket", values.id(name)
    given = row.data.get("links")
    for link in given[:MAX_LINKS] if isinstance(given, list) else ():
        if isinstance(link, dict):
            yield "ticket", Values("link", "", link, at=values.at).id("to")
