"""Reactions to notes. They notify nobody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import InvalidValueError
from tickets.events import EventKind
from tickets.models import Note, NoteReaction, ReactionKind
from tickets.services.common import require_writer


def set_reaction(*, note: Note, agent: Agent, kind: str, is_wanted: bool, at: datetime) -> bool:
    """Add or withdraw an agent's reaction to a note. Return False if nothing changes.

    Raises NotAllowedError for an observer, and InvalidValueError for an unknown reaction.
    """
    by = Actor.of(agent)
    require_writer(by)
    if kind not in ReactionKind.values:
        raise InvalidValueError("kind", _("This reaction doesn't exist. Choose another one."))
    with transaction.atomic():
        change = Change.open(note.ticket_id, by=by, at=at)
        mine = {"note_id": note.pk, "agent": agent, "kind": kind}
        if is_wanted:
            new = {"desk_id": change.ticket.desk_id, "created_at": at}
            _reaction, is_changed = NoteReaction.objects.get_or_create(**mine, defaults=new)
        else:
            is_changed = bool(NoteReaction.objects.filter(**mine).delete()[0])
        if is_changed:
            data = {"note": note.pk, "reaction": kind, "is_added": is_wanted}
            change.record(EventKind.NOTE_REACTED, data)
            change.save()
    return is_changed
