"""CSV import and export of a desk's accounts, domains and contacts, with a read-only preview.

Valid lines are imported, invalid ones are reported with line and reason. Importing the same file
again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from tablib import Dataset

from accounts.audit import record_audit
from accounts.database.replica import reading_from_replica
from accounts.import_export.files import CsvTable, UnreadableCsvError, read_csv, write_csv
from accounts.import_export.resources import (
    AccountResource,
    ContactResource,
    DomainResource,
    TableResource,
)
from accounts.models import AuditAction, Desk, User

RESOURCES: dict[str, type[TableResource]] = {
    "accounts": AccountResource,
    "domains": DomainResource,
    "contacts": ContactResource,
}


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that wasn't imported: its line number, the invalid column or "", and the reason."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class CsvReport:
    """Result of an import or its preview: numbers of rows, and the rejected lines."""

    created: int
    changed: int
    unchanged: int
    rejected: tuple[RejectedLine, ...]


def preview_csv(*, desk: Desk, kind: str, data: bytes, at: datetime) -> CsvReport:
    """Return the report of `import_csv` for this file without writing anything."""
    return _run(desk, kind, data, at, by=None, is_dry=True)


def import_csv(*, desk: Desk, kind: str, data: bytes, by: User, at: datetime) -> CsvReport:
    """Import the valid lines of a file of "accounts", "domains" or "contacts", inside the desk.

    One transaction with its audit entry. Raises UnreadableCsvError if the file cannot be used.
    """
    with transaction.atomic():
        report = _run(desk, kind, data, at, by=by, is_dry=False)
        if report.created or report.changed:
            detail = {
                "created": report.created,
                "changed": report.changed,
                "refused": len(report.rejected),
            }
            record_audit(
                desk=desk, by=by, action=AuditAction.CSV_IMPORTED, target=kind, detail=detail
            )
    return report


def export_csv(*, desk: Desk, kind: str) -> str:
    """Return all rows of a kind as CSV, ordered by key. `import_csv` accepts it unchanged."""
    resource = RESOURCES[kind]
    headers = resource.columns()
    table = resource(desk=desk)
    with reading_from_replica("export_csv"):
        rows = [
            [table.fields[name].export(row) for name in headers]
            for row in table.get_queryset().order_by(resource.key).iterator(chunk_size=2000)
        ]
    return write_csv(headers, rows)


def _run(
    desk: Desk, kind: str, data: bytes, at: datetime, *, by: User | None, is_dry: bool
) -> CsvReport:
    resource = RESOURCES[kind]
    table = read_csv(data, known=resource.columns(), needed=resource.key)
    dataset = Dataset(*table.rows, headers=list(table.headers))
    result = resource(desk=desk, at=at, by=by).import_data(
        dataset, dry_run=is_dry, use_transactions=True
    )
    if failures := [
        *result.base_errors,
        *(error for _, errors in result.row_errors() for error in errors),
    ]:
        raise failures[0].error
    return CsvReport(
        created=result.totals["new"],
        changed=result.totals["update"],
        unchanged=result.totals["skip"],
        rejected=tuple(
            sorted(_list_rejected(table, result.invalid_rows), key=lambda line: line.line)
        ),
    )


def _list_rejected(table: CsvTable, invalid_rows: list[Any]) -> Iterator[RejectedLine]:
    for line, reason in table.misfits:
        yield RejectedLine(line, "", reason)
    for row in invalid_rows:
        column, reason = _explain(row.error)
        yield RejectedLine(table.lines[row.number - 1], column, reason)


def _explain(error: ValidationError) -> tuple[str, str]:
    if not hasattr(error, "error_dict"):
        return "", " ".join(error.messages)
    column = next(iter(error.message_dict))
    return column, " ".join(
        message for messages in error.message_dict.values() for message in messages
    )


__all__ = [
    "CsvReport",
    "RejectedLine",
    "UnreadableCsvError",
    "export_csv",
    "import_csv",
    "preview_csv",
]
