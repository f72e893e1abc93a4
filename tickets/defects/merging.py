"""Merging of a defect into another one that describes the same problem."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import record_many
from tickets.defects.locking import lock_defect, save_defect
from tickets.defects.log import record_defect_event
from tickets.defects.marks import mark_to_rank, mark_to_tell
from tickets.defects.moving import STAGE_FIELDS
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import Defect, DefectEventKind, Stage
from tickets.services.common import require_writer

# Tickets keep the time of their link. One that is linked to both keeps the link to the original.
MOVE_LINKS = """
WITH moved AS (
  INSERT INTO tickets_defectlink (desk_id, defect_id, ticket_id, linked_at, linked_by_id)
  SELECT desk_id, %(original)s, ticket_id, linked_at, linked_by_id
  FROM tickets_defectlink WHERE defect_id = %(duplicate)s
  ON CONFLICT (ticket_id, defect_id) DO NOTHING
)
DELETE FROM tickets_defectlink WHERE defect_id = %(duplicate)s RETURNING ticket_id
"""


def merge_defect(
    *,
    defect_id: int,
    into_id: int,
    agent: Agent,
    at: datetime,
    expected: int | None = None,
) -> Defect:
    """Make a defect a duplicate of another one, which gets its tickets and followers.

    Customers hear about the original from then on, and never twice about the same stage. Returns
    the original. Raises NotAllowedError, InvalidValueError, and ConflictError if either one is a
    duplicate already or the merged one has changed since the expected revision.
    """
    by = Actor.of(agent)
    require_writer(by)
    if defect_id == into_id:
        raise InvalidValueError("into", _("A defect can't be merged into itself."))
    with transaction.atomic():
        locked = {pk: lock_defect(pk) for pk in sorted((defect_id, into_id))}
        duplicate, original = locked[defect_id], locked[into_id]
        if expected is not None:
            duplicate = lock_defect(defect_id, expected=expected)
        _require_mergeable(duplicate, original)
        ticket_ids = _move_links(duplicate, original)
        _mark_duplicate(duplicate, original, at=at)
        mark_to_rank(duplicate)
        mark_to_tell(original)
        _record(duplicate, original, ticket_ids, by=by, at=at)
    return original


def _require_mergeable(duplicate: Defect, original: Defect) -> None:
    for defect in (duplicate, original):
        if defect.stage == Stage.DUPLICATE:
            raise ConflictError(
                _("%(defect)s was merged into another defect.") % {"defect": defect.key}
            )


def _move_links(duplicate: Defect, original: Defect) -> list[int]:
    """Move links and followers, and the duplicates of the duplicate. Return the ticket IDs."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE_LINKS, {"original": original.pk, "duplicate": duplicate.pk})
        ticket_ids = [ticket_id for (ticket_id,) in cursor.fetchall()]
    following = original.followers.values("agent")
    duplicate.followers.exclude(agent__in=following).update(defect=original)
    duplicate.duplicates.update(duplicate_of=original)
    return ticket_ids


def _mark_duplicate(duplicate: Defect, original: Defect, *, at: datetime) -> None:
    duplicate.stage, duplicate.stage_since, duplicate.updated_at = Stage.DUPLICATE, at, at
    duplicate.stage_run += 1
    duplicate.duplicate_of, duplicate.is_published = original, False
    save_defect(duplicate, *STAGE_FIELDS, "is_published", "duplicate_of")


def _record(
    duplicate: Defect, original: Defect, ticket_ids: list[int], *, by: Actor, at: datetime
) -> None:
    kind, count = DefectEventKind.MERGED, len(ticket_ids)
    into = {"defect": original.number, "tickets": count, "is_original": False}
    record_defect_event(duplicate, kind, into, by=by, at=at)
    from_it = {"defect": duplicate.number, "tickets": count, "is_original": True}
    record_defect_event(original, kind, from_it, by=by, at=at)
    data = {"defect": original.pk, "key": original.key, "was": duplicate.key}
    record_many(
        desk_id=original.desk_id,
        kind=EventKind.DEFECT_MERGED,
        by=by,
        at=at,
        facts=[(ticket_id, data) for ticket_id in ticket_ids],
    )
