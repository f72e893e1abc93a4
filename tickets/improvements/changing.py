"""Changes of the lists: what an entry says and how it was decided, and merging of two."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import record_many
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.improvements.linking import clean_title, find_by_title, get_facts, lock_titles
from tickets.models import Improvement, ImprovementLink, ImprovementStatus
from tickets.services.common import require_writer

# A ticket that asks for both keeps its link to the entry that goes on.
MOVE_LINKS = """
WITH moved AS (
  INSERT INTO tickets_improvementlink (desk_id, improvement_id, ticket_id, linked_at)
  SELECT desk_id, %(into)s, ticket_id, linked_at
  FROM tickets_improvementlink WHERE improvement_id = %(merged)s
  ON CONFLICT (ticket_id, improvement_id) DO NOTHING
)
DELETE FROM tickets_improvementlink WHERE improvement_id = %(merged)s RETURNING ticket_id
"""


def change_improvement(
    *, entry_id: int, title: str, status: str, agent: Agent, at: datetime, version: str = ""
) -> Improvement:
    """Rename an entry and set its status; its tickets record what changed.

    version: of the entry that the agent saw (get_version), "" for any. Raises NotAllowedError,
    Improvement.DoesNotExist, ConflictError for a merged entry or another version, and
    InvalidValueError for an impossible title or one that another entry has.
    """
    by = Actor.of(agent)
    require_writer(by)
    title = clean_title(title, field="title")
    if status not in ImprovementStatus.values:
        raise InvalidValueError("status", _("Choose one of the statuses."))
    with transaction.atomic():
        entry = _lock(agent, entry_id)
        _require_version(entry, version)
        same = find_by_title(agent.desk, entry.kind, title)
        if same is not None and same.pk != entry.pk:
            raise InvalidValueError("title", _("Another entry has this title. Merge the two."))
        facts: dict[str, object] = {}
        if entry.status != status:
            facts["status"] = [entry.status, status]
        if entry.title != title:
            facts["is_renamed"] = True
        if facts:
            entry.title, entry.status, entry.updated_at = title, status, at
            entry.save(update_fields=["title", "status", "updated_at"])
            _record(entry, _list_tickets(entry), facts, by=by, at=at)
    return entry


def get_version(entry: Improvement) -> str:
    """Return what tells two states of an entry apart."""
    return entry.updated_at.isoformat()


def _require_version(entry: Improvement, version: str) -> None:
    if version and version != get_version(entry):
        raise ConflictError(
            _("This entry was changed while you were editing it. Save again to overwrite it.")
        )


def merge_improvement(*, entry_id: int, into_id: int, agent: Agent, at: datetime) -> Improvement:
    """Merge an entry into another one of its list, which gets its tickets. Return that one.

    Raises NotAllowedError, Improvement.DoesNotExist, InvalidValueError for the entry itself or one
    of the other list, and ConflictError if either one is merged already.
    """
    by = Actor.of(agent)
    require_writer(by)
    if entry_id == into_id:
        raise InvalidValueError("into", _("An entry can't be merged into itself."))
    with transaction.atomic():
        entry, into = _lock(agent, entry_id), _lock(agent, into_id)
        if entry.kind != into.kind:
            raise InvalidValueError("into", _("Choose an entry of the same list."))
        with connection.cursor() as cursor:
            cursor.execute(MOVE_LINKS, {"merged": entry.pk, "into": into.pk})
            ticket_ids = [ticket_id for (ticket_id,) in cursor.fetchall()]
        entry.merged_into, entry.updated_at, into.updated_at = into, at, at
        entry.save(update_fields=["merged_into", "updated_at"])
        into.save(update_fields=["updated_at"])
        _record(into, ticket_ids, {"merged": entry.pk}, by=by, at=at)
    return into


def _lock(agent: Agent, entry_id: int) -> Improvement:
    lock_titles(agent.desk)
    entry = Improvement.objects.select_for_update(no_key=True).get(pk=entry_id, desk=agent.desk)
    if entry.merged_into_id is not None:
        raise ConflictError(_("This entry was merged into another one. Open that one instead."))
    return entry


def _list_tickets(entry: Improvement) -> list[int]:
    links = ImprovementLink.objects.filter(improvement=entry).order_by("ticket")
    return list(links.values_list("ticket", flat=True))


def _record(
    entry: Improvement, ticket_ids: list[int], facts: dict[str, object], *, by: Actor, at: datetime
) -> None:
    data = get_facts(entry) | facts
    record_many(
        desk_id=entry.desk_id,
        kind=EventKind.IMPROVEMENT_CHANGED,
        by=by,
        at=at,
        facts=[(ticket_id, data) for ticket_id in ticket_ids],
    )
