"""The pinned note of a ticket: one at most, shown above the conversation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import Note, PinnedNote
from tickets.services.common import require_writer


def pin_note(*, note: Note, agent: Agent, at: datetime) -> bool:
    """Pin a note in place of the one that was pinned before. Return False if it is pinned already.

    Raises NotAllowedError for an observer.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = Change.open(note.ticket_id, by=by, at=at)
        if PinnedNote.objects.filter(ticket=change.ticket, note=note).exists():
            return False
        given = {"note": note, "pinned_at": at, "desk_id": change.ticket.desk_id}
        PinnedNote.objects.update_or_create(ticket=change.ticket, defaults=given)
        change.record(EventKind.NOTE_PINNED, {"note": note.pk})
        change.save()
    return True


def unpin_note(*, note: Note, agent: Agent, at: datetime) -> bool:
    """Unpin a note. Return False if it isn't pinned (anymore)."""
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = Change.open(note.ticket_id, by=by, at=at)
        gone, _rows = PinnedNote.objects.filter(ticket=change.ticket, note=note).delete()
        if gone:
            change.record(EventKind.NOTE_UNPINNED, {"note": note.pk})
            change.save()
    return bool(gone)
