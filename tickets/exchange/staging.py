"""Reading of a run's file: records are stored in the order in which they can be imported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from django.core.files.storage import default_storage
from django.db import transaction

from tickets.exchange.preview import build_preview
from tickets.exchange.readers import READERS
from tickets.exchange.records import Problem, Record, Staged, measure_size, stage
from tickets.exchange.source_file import SourceFile
from tickets.models import ImportProblem, ImportRecord, ImportRun, ImportState

READ_AT_ONCE = 20_000  # records in one slice
MAX_CHARS = 30_000_000  # of the records in one slice, more if one record has more
BATCH = 2_000


def read_slice(run_id: int, *, limit: int = READ_AT_ONCE) -> int:
    """Stage the next records of a run's file. At the end, build the preview.

    Another worker that has the run is left alone. Return how many records were read. Raises
    UnreadableError.
    """
    with transaction.atomic():
        rows = ImportRun.objects.select_for_update(skip_locked=True, of=("self",))
        run = rows.filter(pk=run_id, state=ImportState.READING).first()
        if run is None:
            return 0
        with open_source(run) as file:
            found = islice(READERS[run.reader](file), run.was_read, None)
            read = _take(found, limit)
            is_end = next(found, None) is None
        _store(run, [each for record in read for each in _stage(record)])
        run.was_read += len(read)
        if is_end:
            run.preview = build_preview(run)
            run.state = ImportState.PREVIEWED
        run.save(update_fields=["was_read", "preview", "state"])
    return max(len(read), 1)


def _take(found: Iterator[Record | Problem], limit: int) -> list[Record | Problem]:
    """Return the next records, up to so many or MAX_CHARS."""
    read, size = [], 0
    for record in islice(found, limit):
        read.append(record)
        size += measure_size(record)
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
    ImportRecord.objects.bulk_create(
        (
            ImportRecord(desk_id=run.desk_id, run=run, phase=each.phase, key=each.key,
                         kind=each.kind, source_id=each.source_id, data=each.data)
            for each in found
            if isinstance(each, Staged)
        ),
        batch_size=BATCH,
    )  # fmt: skip


def add_problems(run: ImportRun, problems: Sequence[Problem]) -> None:
    """Store what could not be taken."""
    ImportProblem.objects.bulk_create(
        (
            ImportProblem(desk_id=run.desk_id, run=run, kind=each.kind, source_id=each.source_id,
                          code=each.code, data=dict(each.data))
            for each in problems
        ),
        batch_size=BATCH,
    )  # fmt: skip
