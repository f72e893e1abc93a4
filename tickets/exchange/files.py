"""Attachments of imported messages and notes, read from the run's archive."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from tickets.attachments.files import clean_file_name
from tickets.attachments.packets import plan_packets
from tickets.attachments.previews import plan_previews
from tickets.attachments.storage import store_file
from tickets.exchange.entries import Group
from tickets.exchange.lookups import Lookups
from tickets.exchange.slices import CREATED, UNCHANGED, UPDATED, Row
from tickets.exchange.values import Values
from tickets.models import Attachment

MIB = 1024 * 1024
MAX_FILE = 50 * MIB
FILLED = ["file", "size", "sha256", "preview_due_at", "preview_pixels", "preview_problem",
          "packet_due_at"]  # fmt: skip


def import_files(groups: Collection[Group], lookups: Lookups) -> None:
    """Write the files of saved messages and notes. One that is missing keeps its name."""
    found = list(_list_files(groups, lookups))
    new = [file for _, file, _ in found if file.pk is None]
    outcomes = {id(file): CREATED if file.pk is None else UPDATED for _, file, _ in found}
    Attachment.objects.bulk_create(new)
    for _, file, _ in found:
        if outcomes[id(file)] == UPDATED:
            file.save(update_fields=FILLED)
    into = lookups.into
    for row, file, group in found:
        # Without its content, the next run looks for it again.
        digest = into.digest(row) if file.file else ""
        into.known.put("attachment", row.source_id, file.pk, digest)
        into.count("attachment", outcomes[id(file)])
        group.has_news = True


def _list_files(
    groups: Iterable[Group], lookups: Lookups
) -> Iterable[tuple[Row, Attachment, Group]]:
    for group in groups:
        for row in group.rows:
            if row.kind == "attachment" and (file := _read_file(row, group, lookups)):
                yield row, file, group


def _read_file(row: Row, group: Group, lookups: Lookups) -> Attachment | None:
    into, values = lookups.into, lookups.into.read(row)
    digest = into.digest(row)
    is_same = not into.known.has_changed(row.kind, row.source_id, digest)
    if is_same or into.known.is_gone(row.kind, row.source_id):
        into.count(row.kind, UNCHANGED)
        return None
    message_id = into.known.get_id("message", values.id("message"))
    note_id = None if message_id else into.known.get_id("note", values.id("note"))
    if message_id is None and note_id is None:
        into.refuse(row, "missing_message", value=values.id("message") or values.id("note"))
        return None
    file = _find_file(row, lookups) or Attachment(
        desk_id=into.run.desk_id, message_id=message_id, note_id=note_id,
        name=clean_file_name(values.line("name", 250)),
        content_type=values.line("content_type", 120), content_id=values.line("content_id", 250),
        created_at=values.time("created_at", group.ticket.created_at), size=0, sha256="",
    )  # fmt: skip
    if file.pk is not None and file.file:
        into.known.put(row.kind, row.source_id, file.pk, digest)
        into.count(row.kind, UNCHANGED)
        return None
    _fill(file, values, lookups)
    into.keep(values)
    if file.pk is not None and not file.file:  # still missing
        into.count(row.kind, UNCHANGED)
        return None
    return file


def _find_file(row: Row, lookups: Lookups) -> Attachment | None:
    known = lookups.into.known.get_id("attachment", row.source_id)
    return Attachment.objects.filter(pk=known).first() if known else None


def _fill(file: Attachment, values: Values, lookups: Lookups) -> None:
    """Store the content, if the archive has it."""
    content = _read_content(file.name, values, lookups)
    size = values.data.get("size")
    if content is None:
        file.size = min(size, 2**62) if isinstance(size, int) and size > 0 else 0
        return
    into = lookups.into
    file.size, file.sha256 = len(content), hashlib.sha256(content).hexdigest()
    stated = values.line("sha256", 64).lower()
    if stated and stated != file.sha256:
        values.note("file_differs", name=file.name)
    stored = store_file(content, desk_id=into.run.desk_id)
    if not stored:
        values.note("file_not_stored", name=file.name)
        return
    into.stored.append(stored)
    file.file = stored
    plan_previews([(file, content)], at=into.at)
    plan_packets([file], at=into.at)


def _read_content(name: str, values: Values, lookups: Lookups) -> bytes | None:
    path = values.data.get("path")
    source = lookups.into.file()
    if not isinstance(path, str) or not source.is_archive or not source.has(path):
        values.note("file_missing", name=name)
        return None
    content = source.read(path, limit=MAX_FILE)
    if content is None:
        values.note("file_too_large", name=name, limit=MAX_FILE // MIB)
    return content
