"""The import itself: one slice in one transaction, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.database.rows import fetch_rows
from accounts.failures import capture_failure
from tickets.attachments.storage import delete_stored
from tickets.exchange.known import Known
from tickets.exchange.links import import_links
from tickets.exchange.people import import_accounts, import_agents, import_contacts
from tickets.exchange.records import Problem
from tickets.exchange.setting_records import import_settings
from tickets.exchange.slices import REFUSED, Row, Slice, fetch_group, fetch_next
from tickets.exchange.source_file import SourceFile
from tickets.exchange.staging import add_problems, open_source
from tickets.exchange.ticket_groups import import_tickets
from tickets.models import ImportRun, ImportState

ROWS = 1_000  # records in one slice, more if one ticket has more
FILE_BYTES = 100_000_000  # of files in one slice, more if one ticket has more
IMPORTERS: dict[int, Callable[[list[Row], Slice], None]] = {
    0: import_settings,
    1: import_agents,
    2: import_accounts,
    3: import_contacts,
    4: import_tickets,
    5: import_links,
}
TAKE_NUMBERS = """
INSERT INTO tickets_ticketcounter AS c (desk_id, last)
VALUES (%(desk)s, 1000 + %(amount)s)
ON CONFLICT (desk_id) DO UPDATE SET last = c.last + %(amount)s RETURNING last
"""


def import_slice(run_id: int, *, at: datetime, limit: int = ROWS) -> int:
    """Import the next records of a running import. Return how many, or 1 at its end.

    If a slice fails, its records are imported one ticket after another, and what fails then is
    reported and left out.
    """
    failed: list[str] = []
    with capture_failure(failed.append, event="import_slice_failed", run=run_id):
        return _import(run_id, at=at, fetch=partial(fetch_next, limit=limit))
    run = ImportRun.objects.get(pk=run_id)
    keys = {row.key for row in fetch_next(run, limit=limit)}
    return sum(_import_contained(run_id, at=at) for _ in keys)


def _import_contained(run_id: int, *, at: datetime) -> int:
    failed: list[str] = []
    with capture_failure(failed.append, event="import_record_failed", run=run_id):
        return _import(run_id, at=at, fetch=fetch_group)
    return _import(run_id, at=at, fetch=fetch_group, leaves_out=True)


def _import(
    run_id: int, *, at: datetime, fetch: Callable[[ImportRun], list[Row]], leaves_out: bool = False
) -> int:
    planned = ImportRun.objects.get(pk=run_id)
    rows = fetch(planned) if planned.state == ImportState.RUNNING else []
    numbers = [] if leaves_out else _take_numbers(planned, rows)
    with transaction.atomic(), _lazily_opened(planned) as open_file:
        run = _lock(planned)
        if run is None:
            return 0
        into = Slice(run, at, open_file, numbers=numbers)
        with _files_deleted_if_failed(into):
            if leaves_out:
                _leave_out(rows, into)
            elif rows:
                IMPORTERS[rows[0].phase](_limit_files(rows, into), into)
            _finish_slice(rows, into)
    return max(len(rows), 1)


def _lock(planned: ImportRun) -> ImportRun | None:
    """Lock the run, unless another worker has it, or it has moved on since it was planned."""
    rows = ImportRun.objects.select_for_update(skip_locked=True, of=("self",))
    run = rows.select_related("desk", "agent").filter(
        pk=planned.pk, state=ImportState.RUNNING
    ).first()  # fmt: skip
    return run if run is not None and run.cursor == planned.cursor else None


def _finish_slice(rows: list[Row], into: Slice) -> None:
    run = into.run
    into.known.save()
    add_problems(run, into.problems)
    for kind, counted in into.counts.items():
        total = run.counts.setdefault(kind, {})
        for outcome, number in counted.items():
            total[outcome] = total.get(outcome, 0) + number
    run.handled += len(rows)
    if rows:
        run.cursor = [rows[-1].phase, rows[-1].key, rows[-1].id]
    else:
        run.state, run.finished_at = ImportState.DONE, into.at
    run.save(update_fields=["counts", "handled", "cursor", "state", "finished_at"])


def _leave_out(rows: list[Row], into: Slice) -> None:
    for row in rows:
        into.problems.append(Problem(row.kind, row.source_id, "failed"))
        into.count(row.kind, REFUSED)


def _limit_files(rows: list[Row], into: Slice) -> list[Row]:
    """Return the rows up to FILE_BYTES of files, whole tickets only. Shortens the list itself."""
    total, source = 0, None
    for place, row in enumerate(rows):
        if row.kind != "attachment":
            continue
        source = source or into.file()
        path = row.data.get("path")
        total += source.get_size(path) if isinstance(path, str) and source.has(path) else 0
        if total > FILE_BYTES and row.key != rows[0].key:
            first = next(at for at in range(place + 1) if rows[at].key == row.key)
            del rows[first:]
            break
    return rows


def _take_numbers(run: ImportRun, rows: list[Row]) -> list[int]:
    """Reserve ticket numbers for the new tickets among these, in a transaction of its own.

    The counter is locked for as short as for any new ticket. A slice that fails leaves a gap.
    """
    ids = {row.source_id for row in rows if row.kind == "ticket"}
    known = Known(run)
    known.load(("ticket", source_id) for source_id in ids)
    amount = sum(
        known.get_id("ticket", source_id) is None and not known.is_gone("ticket", source_id)
        for source_id in ids
    )
    if not amount:
        return []
    [row] = fetch_rows(TAKE_NUMBERS, {"amount": amount, "desk": run.desk_id})
    return list(range(row["last"] - amount + 1, row["last"] + 1))


@contextmanager
def _lazily_opened(run: ImportRun) -> Iterator[Callable[[], SourceFile]]:
    """Yield a function that opens the run's file the first time that it is called."""
    opened: list[SourceFile] = []
    contexts = []

    def get() -> SourceFile:
        if not opened:
            context = open_source(run)
            contexts.append(context)
            opened.append(context.__enter__())
        return opened[0]

    try:
        yield get
    finally:
        for context in contexts:
            context.__exit__(None, None, None)


@contextmanager
def _files_deleted_if_failed(into: Slice) -> Iterator[None]:
    """Delete the files that a failed slice has stored."""
    is_done = False
    try:
        yield
        is_done = True
    finally:
        if not is_done:
            delete_stored(into.stored)
