"""Export a desk: all its rows, table by table, and all its files, as one zip archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.db import connections, transaction
from django.db.models import Q

from accounts.audit import record_audit
from accounts.database.replica import reading_from_replica
from accounts.models import AuditAction, Desk, User
from accounts.tenancy import desk_scope
from helpdesk.desks.tables import list_desk_models
from helpdesk.shared.archive import Archive, read_rows
from tickets.exchange.exporting import get_path, list_files, list_records
from tickets.exchange.sources.neutral import NAME as RECORDS
from tickets.models import Attachment


def export_desk(
    *, desk: Desk, to: IO[bytes], at: datetime, is_neutral: bool = False
) -> dict[str, Any]:
    """Write a zip of a desk to an open binary file, record an audit entry, return the manifest.

    is_neutral: in the format that can be imported (docs/exchange.md), with people, tickets and
    files, and without settings, sign-ins and secrets. Otherwise all rows, table by table.

    All rows come from one snapshot (REPEATABLE READ), read inside the desk's wall, from the replica
    if there is one. The archive of all rows contains secrets: reply addresses, sealed keys, private
    conversations. Users, who belong to no desk, are exported with name and email address, never
    with a password hash.
    """
    with desk_scope(desk):
        with reading_from_replica("export_desk") as alias, transaction.atomic(using=alias):
            _use_one_snapshot(alias)
            manifest = (_write_neutral if is_neutral else _write)(desk, to, at)
        record_audit(
            desk=desk,
            by=None,
            action=AuditAction.DESK_EXPORTED,
            about=desk,
            target=desk.slug,
            detail={"rows": manifest["rows"], "files": manifest["files"]},
        )
    return manifest


def _use_one_snapshot(alias: str) -> None:
    """Read all tables from one snapshot. An outer transaction has already fixed its isolation."""
    if len(connections[alias].savepoint_ids) == 0:
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _write(desk: Desk, to: IO[bytes], at: datetime) -> dict[str, Any]:
    archive = Archive(to)
    archive.add_rows("rows/accounts.Desk.jsonl", read_rows(Desk.objects.filter(pk=desk.pk)))
    archive.add_rows("rows/accounts.User.jsonl", _list_users(desk))
    for model in list_desk_models():
        rows = model._base_manager.filter(desk_id=desk.pk)
        archive.add_rows(f"rows/{model._meta.label}.jsonl", read_rows(rows))
    for stored in filter(None, [desk.logo, *_list_stored_files()]):
        archive.add_stored(f"files/{stored}", stored)
    return archive.finish(desk=desk.slug, at=at)


def _write_neutral(desk: Desk, to: IO[bytes], at: datetime) -> dict[str, Any]:
    archive = Archive(to)
    archive.add_rows(RECORDS, list_records(desk))
    for file in list_files(desk):
        if file.file.name:
            archive.add_stored(get_path(file), file.file.name)
    return archive.finish(desk=desk.slug, at=at)


def _list_users(desk: Desk) -> Iterable[dict[str, Any]]:
    people = User.objects.filter(Q(agents__desk=desk) | Q(contacts__desk=desk)).distinct()
    fields = people.order_by("pk").values("id", "email", "name", "is_active", "date_joined")
    return map(dict, fields.iterator(1000))


def _list_stored_files() -> Iterator[str]:
    for pair in Attachment.objects.order_by("pk").values_list("file", "preview").iterator(1000):
        yield from filter(None, pair)
