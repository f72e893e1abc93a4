"""The troubleshooting record of a ticket: each save adds a version (M60-M63)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import RECORD_FIELDS, TroubleshootingRecord
from tickets.services.common import require_writer
from tickets.writes import insert_row

Expected = int | None  # the version that the caller saw, 0 for none, None if it doesn't matter


def find_record(ticket_id: int) -> TroubleshootingRecord | None:
    """Return the newest version of a ticket's record with its author, or None."""
    versions = TroubleshootingRecord.objects.filter(ticket_id=ticket_id)
    return versions.select_related("agent").order_by("-version").first()


def list_versions(ticket_id: int) -> list[TroubleshootingRecord]:
    """Return all versions of a ticket's record with their authors, oldest first."""
    versions = TroubleshootingRecord.objects.filter(ticket_id=ticket_id)
    return list(versions.select_related("agent").order_by("version"))


def get_record_fields(record: TroubleshootingRecord | None) -> dict[str, str]:
    """Return what a record says, by field; empty texts without one."""
    return {name: getattr(record, name) if record else "" for name in RECORD_FIELDS}


def save_record(
    *,
    ticket_id: int,
    agent: Agent,
    fields: Mapping[str, str],
    at: datetime,
    expected: Expected = None,
) -> TroubleshootingRecord | None:
    """Add a version with these fields; fields that aren't given stay as they were.

    Returns the newest version; none is added if nothing changed. Raises NotAllowedError, and
    ConflictError if there is a newer version than expected.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at, new=TroubleshootingRecord)
        record = update_record(change, agent, fields, expected=expected)
        if change.events:
            change.touch()
            change.save()
    return record


def update_record(
    change: Change, agent: Agent, fields: Mapping[str, str], *, expected: Expected = None
) -> TroubleshootingRecord | None:
    """Add a version as part of a change that was opened for a new TroubleshootingRecord.

    Raises ConflictError, see save_record.
    """
    before = find_record(change.ticket.pk)
    version = before.version if before else 0
    if expected is not None and expected != version:
        raise ConflictError(
            _("The troubleshooting record was changed in the meantime. Reload the page first.")
        )
    known = get_record_fields(before)
    changed = [name for name in RECORD_FIELDS if fields.get(name, known[name]) != known[name]]
    if not changed:
        return before
    record = TroubleshootingRecord(
        id=change.reserved,
        desk_id=change.ticket.desk_id,
        ticket=change.ticket,
        version=version + 1,
        agent=agent,
        created_at=change.at,
        **{**known, **{name: fields[name] for name in changed}},
    )
    record._state.adding = False
    change.write(insert_row(record, "record"))
    change.record(EventKind.TROUBLESHOOTING_CHANGED, {"version": version + 1, "fields": changed})
    return record
