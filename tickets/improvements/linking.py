"""Tickets and the improvements that they ask for."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import Agent, Desk
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Improvement, ImprovementKind, ImprovementLink
from tickets.services.common import clean_line, require_writer

MAX_TITLE = 200
MAX_OF_TICKET = 50  # entries of one ticket
MAX_MERGES = 100  # that a title is followed through
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"


def request_improvement(
    *, ticket_id: int, kind: ImprovementKind | str, title: str, agent: Agent, at: datetime
) -> Improvement:
    """Add a ticket, open or closed, to the entry with this title, which is created if need be.

    The case of letters doesn't matter, and the title of a merged entry finds the one that has its
    tickets. A ticket is added once. Raises NotAllowedError, Ticket.DoesNotExist,
    InvalidValueError for an empty or too long title, and ConflictError for too many.
    """
    by, kind = Actor.of(agent), ImprovementKind(kind)
    require_writer(by)
    title = clean_title(title, field=kind.value)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket = change.ticket
        entry = _find_or_create(ticket.desk, kind, title, at=at)
        links = ImprovementLink.objects.filter(ticket=ticket)
        if links.filter(improvement=entry).exists():
            return entry
        if links.count() >= MAX_OF_TICKET:
            text = _("This ticket is on the lists %(count)s times. Remove it from an entry first.")
            raise ConflictError(text % {"count": MAX_OF_TICKET})
        ImprovementLink.objects.create(
            desk_id=ticket.desk_id, improvement=entry, ticket_id=ticket.pk, linked_at=at
        )
        change.touch()
        change.record(EventKind.IMPROVEMENT_REQUESTED, get_facts(entry))
        change.save()
    return entry


def withdraw_improvement(
    *, ticket_id: int, entry_id: int, agent: Agent, at: datetime
) -> Improvement:
    """Take a ticket off an entry, which stays.

    Raises NotAllowedError, Ticket.DoesNotExist, and ConflictError if it isn't on it.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        links = ImprovementLink.objects.filter(ticket=change.ticket, improvement=entry_id)
        link = links.select_related("improvement").first()
        if link is None:
            raise ConflictError(_("The ticket was already taken off this entry."))
        link.delete()
        change.touch()
        change.record(EventKind.IMPROVEMENT_WITHDRAWN, get_facts(link.improvement))
        change.save()
    return link.improvement


def get_facts(entry: Improvement) -> dict[str, object]:
    """Return what an event says about an entry: never its title, which can change."""
    return {"improvement": entry.pk, "list": entry.kind}


def clean_title(title: str, *, field: str) -> str:
    """Return the words of a title. Raises InvalidValueError without any, or for too many."""
    return clean_line(title, field=field, limit=MAX_TITLE, missing=_("Enter what is asked for."))


def lock_titles(desk: Desk) -> None:
    """Let nobody else create, rename or merge entries of a desk until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, ["product feedback", desk.pk])


def find_by_title(desk: Desk, kind: ImprovementKind | str, title: str) -> Improvement | None:
    """Return the entry with this title, or the one that it was merged into, or None."""
    entries = Improvement.objects.filter(desk=desk, kind=kind)
    same = entries.alias(lowered=Lower("title")).filter(lowered=Lower(Value(title)))
    first = same.order_by(F("merged_into_id").asc(nulls_first=True), "pk").first()
    found: Improvement | None = first
    for _step in range(MAX_MERGES):
        if found is None or found.merged_into_id is None:
            break
        found = entries.get(pk=found.merged_into_id)
    return found


def _find_or_create(desk: Desk, kind: ImprovementKind, title: str, *, at: datetime) -> Improvement:
    lock_titles(desk)
    found = find_by_title(desk, kind, title)
    if found is not None:
        return found
    times = {"created_at": at, "updated_at": at}
    return Improvement.objects.create(desk=desk, kind=kind, title=title, **times)
