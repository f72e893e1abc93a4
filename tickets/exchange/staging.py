"""Reading of a run's file: records are stored in the order in which they can be imported."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.database.inserts import insert_objects, insert_rows
from tickets.exchange.preview import build_preview
from tickets.exchange.readers import READERS
from tickets.exchange.records import Problem, Record, Staged, measure_size, stage
from tickets.exchange.source_file import SourceFile
from tickets.models import ImportProblem, ImportRecord, ImportRun, ImportState

READ_AT_ONCE = 20_000  # records in one slice
READ_SECONDS = 20.0  # before the file is opened again, which reads its beginning again
MAX_CHARS = 30_000_000  # of the records in one slice, more if one record has more
Placed = list[Staged | Problem]  # what becomes of a record


def read_slices(run_id: int, *, limit: int = READ_AT_ONCE, seconds: float = READ_SECONDS) -> int:
    """Stage the next records of a run's file, slice by slice. At the end, build the preview.

    What was read before is skipped once, not for each slice. Another worker that has the run is
    left alone. Return how many records were read. Raises UnreadableError.
    """
    run, total = ImportRun.objects.get(pk=run_id), 0
    if run.state != ImportState.READING:
        return 0
    with open_source(run) as file:
        found: Iterator[Record | Problem] = islice(READERS[run.reader](file), run.was_read, None)
        first, until = list(islice(found, 1)), time.monotonic() + seconds  # what was read is behind
        found = chain(first, found)
        while True:
            read = _take(found, limit)
            following = next(found, None)
            if not _keep(run_id, run.was_read + total, read, is_end=following is None):
                return total
            total += len(read)
            if following is None or time.monotonic() >= until:
                return max(total, 1)
            found = chain([following], found)


@transaction.atomic
def _keep(run_id: int, was_read: int, read: Sequence[Placed], *, is_end: bool) -> bool:
    """Store what was read, unless another worker did or does, or the run has ended."""
    rows = ImportRun.objects.select_for_update(skip_locked=True, of=("self",))
    run = rows.filter(pk=run_id, state=ImportState.READING, was_read=was_read).first()
    if run is None:
        return False
    _store(run, [each for placed in read for each in placed])
    run.was_read += len(read)
    if is_end:
        run.preview = build_preview(run)
        run.state = ImportState.PREVIEWED
    run.save(update_fields=["was_read", "preview", "state"])
    return True


def _take(found: Iterator[Record | Problem], limit: int) -> list[Placed]:
    """Return the next records as they are stored, up to so many or MAX_CHARS.

    One that isn't taken, such as for its depth, isn't kept in memory either.
    """
    read, size = [], 0
    for record in islice(found, limit):
        read.append(placed := list(_stage(record)))
        size += sum(measure_size(each.data) for each in placed)
        if size > MAX_CHARS:
            break
    return read


@contextmanager
def open_source(run: ImportRun) -> Iterator[SourceFile]:
    """Open the file of a run. Raises UnreadableError."""
    with default_storage.open(str(run.file.name)) as file:
        yield SourceFile(file, run.file_name)


def _stage(found: object) -> Iterator[Staged | Problem]:
    return iter([found]) if isinstance(found, Problem) else stage(found)


def _store(run: ImportRun, found: Sequence[Staged | Problem]) -> None:
    add_problems(run, [each for each in found if isinstance(each, Problem)])
    staged = [
        {"desk_id": run.desk_id, "run_id": run.pk, "phase": each.phase, "key": each.key,
         "kind": each.kind, "source_id": each.source_id, "data": each.data}
        for each in found
        if isinstance(each, Staged)
    ]  # fmt: skip
    insert_rows(ImportRecord, staged)


def add_problems(run: ImportRun, problems: Sequence[Problem]) -> None:
    """Store what could not be taken."""
    found = [
        ImportProblem(desk_id=run.desk_id, run=run, kind=each.kind, source_id=each.source_id,
                      code=each.code, data=dict(each.data))
        for each in problems
    ]  # fmt: skip
    insert_objects(found)
