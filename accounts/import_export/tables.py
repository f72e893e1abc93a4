"""CSV in and out: accounts, domains and contacts of a desk, with a preview that writes nothing.

Good lines are taken, bad ones listed with line and reason; the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from tablib import Dataset

from accounts.audit import record_audit
from accounts.import_export.files import CsvTable, CsvUnreadable, read_csv, write_csv
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
class Refusal:
    """A line that was not taken: where it begins in the file, its column if one is to blame, and why."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class CsvReport:
    """What an import did, or would do."""

    created: int
    changed: int
    unchanged: int
    refused: tuple[Refusal, ...]


def preview_csv(*, desk: Desk, kind: str, data: bytes, at: datetime) -> CsvReport:
    """Tell what importing this file would do; nothing is written. See `import_csv`."""
    return _run(desk, kind, data, at, by=None, is_dry=True)


def import_csv(*, desk: Desk, kind: str, data: bytes, by: User, at: datetime) -> CsvReport:
    """Take the good lines of a file of "accounts", "domains" or "contacts", inside the desk.

    One transaction with its audit entry. Raises CsvUnreadable when the file as a whole cannot be used.
    """
    with transaction.atomic():
        report = _run(desk, kind, data, at, by=by, is_dry=False)
        if report.created or report.changed:
            detail = {
                "created": report.created,
                "changed": report.changed,
                "refused": len(report.refused),
            }
            record_audit(
                desk=desk, by=by, action=AuditAction.CSV_IMPORTED, target=kind, detail=detail
            )
    return report


def export_csv(*, desk: Desk, kind: str) -> str:
    """All rows of a kind as CSV, in the order of their keys; `import_csv` takes it back unchanged."""
    resource = RESOURCES[kind]
    headers = resource.columns()
    table = resource(desk=desk)
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
        refused=tuple(
            sorted(_refusals(table, result.invalid_rows), key=lambda refusal: refusal.line)
        ),
    )


def _refusals(table: CsvTable, invalid_rows: list) -> Iterator[Refusal]:
    for line, reason in table.misfits:
        yield Refusal(line, "", reason)
    for row in invalid_rows:
        column, reason = _blame(row.error)
        yield Refusal(table.lines[row.number - 1], column, reason)


def _blame(error: ValidationError) -> tuple[str, str]:
    if not hasattr(error, "error_dict"):
        return "", " ".join(error.messages)
    column = next(iter(error.message_dict))
    return column, " ".join(
        message for messages in error.message_dict.values() for message in messages
    )


__all__ = ["CsvReport", "CsvUnreadable", "Refusal", "export_csv", "import_csv", "preview_csv"]
