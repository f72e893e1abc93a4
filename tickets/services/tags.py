"""Tags of tickets. Routing rules and agents set them; SLA policies and filters read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import Desk
from accounts.models.fields import clean_line
from tickets.actors import Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import Tag, Ticket, TicketTag
from tickets.services.common import require_writer
from tickets.writes import Write

WRITE = """
tags AS (
  INSERT INTO tickets_tickettag (desk_id, ticket_id, tag_id)
  SELECT %(tags_desk)s, %(tags_ticket)s, unnest(%(tags_added)s::bigint[])
  ON CONFLICT DO NOTHING
), removed_tags AS (
  DELETE FROM tickets_tickettag
  WHERE ticket_id = %(tags_ticket)s AND tag_id = ANY (%(tags_removed)s::bigint[])
)
"""


def get_tag_ids(ticket: Ticket) -> frozenset[int]:
    """Return the IDs of a ticket's tags, also of those that its change is going to write.

    Read from the database once per instance; a ticket that is being opened needs no statement.
    """
    known: frozenset[int] | None = ticket.__dict__.get("_tag_ids")
    if known is None:
        rows = TicketTag.objects.filter(ticket_id=ticket.pk).values_list("tag_id", flat=True)
        known = frozenset() if ticket._state.adding else frozenset(rows)
        ticket.__dict__["_tag_ids"] = known
    return known


def load_tag_ids(tickets: Collection[Ticket]) -> None:
    """Read the tags of many tickets in one statement, for ``get_tag_ids``."""
    found: dict[int, set[int]] = {ticket.pk: set() for ticket in tickets}
    rows = TicketTag.objects.filter(ticket_id__in=found).values_list("ticket_id", "tag_id")
    for ticket_id, tag_id in rows:
        found[ticket_id].add(tag_id)
    for ticket in tickets:
        ticket.__dict__["_tag_ids"] = frozenset(found[ticket.pk])


def list_tags(ticket: Ticket) -> list[Tag]:
    """Return the tags of a ticket by name."""
    return list(Tag.objects.filter(ticket_tags__ticket=ticket).order_by("name"))


def get_or_create_tags(desk: Desk, names: Iterable[str]) -> list[Tag]:
    """Return the desk's tags with these names, new or known. Their case doesn't matter."""
    cleaned = [name for each in names if (name := clean_name(each))]
    return [
        _get_or_create(desk, name) for name in {one.casefold(): one for one in cleaned}.values()
    ]


def clean_name(name: str) -> str:
    """Return the name of a tag as it is stored."""
    return clean_line(name)[: Tag._meta.get_field("name").max_length].strip()


def _get_or_create(desk: Desk, name: str) -> Tag:
    known = Tag.objects.filter(desk=desk, name__iexact=name).first()
    return known or Tag.objects.get_or_create(desk=desk, name=name)[0]


def set_tags(*, ticket_id: int, tags: Iterable[Tag], by: Actor, at: datetime) -> Ticket:
    """Make these the only tags of a ticket."""
    require_writer(by)
    wanted = list(tags)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        others = [tag for tag in list_tags(change.ticket) if tag not in wanted]
        if change_tags(change, add=wanted, remove=others):
            change.touch()
            change.save()
    return change.ticket


def change_tags(
    change: Change,
    *,
    add: Collection[Tag] = (),
    remove: Collection[Tag] = (),
    by: Actor | None = None,
) -> bool:
    """Add and remove tags as part of a change, and record it. Return False if nothing changes.

    by: the actor, where it is not the person behind the change.
    """
    ticket, before = change.ticket, get_tag_ids(change.ticket)
    added = {tag.pk: tag for tag in add if tag.pk not in before}
    removed = {tag.pk: tag for tag in remove if tag.pk in before and tag.pk not in added}
    if not (added or removed):
        return False
    given = {
        "tags_desk": ticket.desk_id,
        "tags_ticket": ticket.pk,
        "tags_added": list(added),
        "tags_removed": list(removed),
    }
    change.write(Write(WRITE, given))
    ticket.__dict__["_tag_ids"] = (before | added.keys()) - removed.keys()
    names = {"added": _list_names(added.values()), "removed": _list_names(removed.values())}
    change.record(EventKind.TAGS_CHANGED, names, by=by)
    return True


def _list_names(tags: Iterable[Tag]) -> list[str]:
    return sorted(tag.name for tag in tags)
