"""Runs: upload, start, pause, cancel. Each change of a run's state is made once (M38)."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from datetime import datetime, timedelta
from typing import IO, Any
from uuid import uuid4

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.audit import Actor, record_audit
from accounts.models import Agent, AuditAction, Department, Desk
from tickets.errors import ConflictError, InvalidValueError
from tickets.exchange.mapping import NONE, Mapping
from tickets.exchange.readers import READERS
from tickets.exchange.tar_files import repack
from tickets.models import UNFINISHED, ImportRecord, ImportRun, ImportState, Priority
from tickets.queueing import Queue, TaskName, queue_once_after_commit
from tickets.services.common import clean_line

RUN_IMPORTS = TaskName("tickets.tasks.run_imports", queue=Queue.BULK)
KEPT = timedelta(days=90)  # after a run has ended: its counts and problems
ABANDONED = timedelta(days=30)  # an unfinished run is canceled then
DELETED_AT_ONCE = 5_000  # staged records
LIMITS = {"source": 40}

log = structlog.get_logger(__name__)


def create_run(
    *, desk: Desk, file: IO[bytes], file_name: str, reader: str, source: str = "", at: datetime,
    agent: Agent | None = None,
) -> ImportRun:  # fmt: skip
    """Store an uploaded file, and queue the reading of it.

    reader: a key of READERS. source: whose IDs the file has; files with the same source update
    what earlier ones made. Raises InvalidValueError, and UnreadableError for a damaged archive.
    """
    if reader not in READERS:
        text = _("“%(name)s” isn't a format. Use: %(names)s.")
        values = {"name": reader[:50], "names": ", ".join(READERS)}
        raise InvalidValueError("reader", text % values)
    source = clean_line(source, field="source", limit=LIMITS["source"]) or reader
    name = uuid4().hex
    with repack(file, file_name) as packed:
        stored = default_storage.save(f"{desk.pk}/{name[:2]}/{name}", File(packed))
    with transaction.atomic():
        run = ImportRun.objects.create(
            desk=desk, reader=reader, source=source, file=stored, file_name=file_name[-200:],
            agent=agent, created_at=at, mapping=Mapping().to_json(),
        )  # fmt: skip
        queue_once_after_commit(RUN_IMPORTS)
    return run


def start_run(run: ImportRun, mapping: AnyMapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Start the import with these choices. Raises InvalidValueError and ConflictError.

    A second start changes nothing and raises ConflictError.
    """
    chosen = Mapping.from_json(mapping)
    _require_own_rows(run, chosen)
    changes = {"mapping": chosen.to_json(), "started_at": at}
    try:
        with transaction.atomic():
            _move(run, [ImportState.PREVIEWED], ImportState.RUNNING, **changes)
            record_audit(desk=run.desk_id, by=by, action=AuditAction.IMPORT_STARTED, about=run,
                         target=run.file_name, detail={"source": run.source})  # fmt: skip
            queue_once_after_commit(RUN_IMPORTS)
    except IntegrityError as error:
        if "import_one_at_a_time" not in str(error):
            raise
        text = _("Another import is running or paused. Finish or cancel it first.")
        raise ConflictError(text) from error


def pause_run(run: ImportRun) -> None:
    """Pause a running import after its current slice. Raises ConflictError."""
    _move(run, [ImportState.RUNNING], ImportState.PAUSED)


def resume_run(run: ImportRun) -> None:
    """Continue a paused import where it stopped. Raises ConflictError."""
    with transaction.atomic():
        _move(run, [ImportState.PAUSED], ImportState.RUNNING)
        queue_once_after_commit(RUN_IMPORTS)


def cancel_run(run: ImportRun, *, by: Actor, at: datetime) -> None:
    """End an import. What it imported until now stays. Raises ConflictError if it has ended."""
    with transaction.atomic():
        _move(run, UNFINISHED, ImportState.CANCELED, finished_at=at)
        record_audit(desk=run.desk_id, by=by, action=AuditAction.IMPORT_CANCELED, about=run,
                     target=run.file_name, detail={"source": run.source})  # fmt: skip
        queue_once_after_commit(RUN_IMPORTS)


def fail_run(run_id: int, error: str, *, at: datetime) -> None:
    """End an import that can't go on. error: for the admin."""
    unfinished = ImportRun.objects.filter(pk=run_id, state__in=UNFINISHED)
    unfinished.update(state=ImportState.FAILED, error=error[:2000], finished_at=at)


def delete_leftovers(*, desk_id: int, at: datetime) -> int:
    """Delete some staged records and the file of a run that has ended; after KEPT the run itself.

    A run that nobody finished is canceled after ABANDONED. Return how much was done.
    """
    runs = ImportRun.objects.filter(desk_id=desk_id).order_by("pk")
    abandoned = runs.filter(state__in=UNFINISHED, created_at__lt=at - ABANDONED)
    done = abandoned.update(state=ImportState.CANCELED, finished_at=at)
    for run in runs.exclude(state__in=UNFINISHED):
        done += _delete_leftovers(run, at=at)
    return done


def _delete_leftovers(run: ImportRun, *, at: datetime) -> int:
    staged = ImportRecord.objects.filter(run=run).values_list("pk", flat=True)
    if ids := list(staged[:DELETED_AT_ONCE]):
        return ImportRecord.objects.filter(pk__in=ids).delete()[0]
    if run.file.name:
        default_storage.delete(run.file.name)
        return ImportRun.objects.filter(pk=run.pk).update(file="")
    if run.finished_at is None or run.finished_at > at - KEPT:
        return 0
    return run.delete()[0]


def _move(run: ImportRun, before: Any, after: ImportState, **changes: Any) -> None:
    """Move a run to another state by a conditional update. Raises ConflictError."""
    rows = ImportRun.objects.filter(pk=run.pk, desk=run.desk_id, state__in=list(before))
    if not rows.update(state=after, **changes):
        raise ConflictError(_("The import's status has changed. Reload the page."))
    run.refresh_from_db()


def _require_own_rows(run: ImportRun, mapping: Mapping) -> None:
    """Raise InvalidValueError if the mapping names rows that this desk doesn't have."""
    named = (
        ("priorities", Priority.objects, mapping.priorities),
        ("departments", Department.objects, mapping.departments),
        ("agents", Agent.objects, mapping.agents),
    )
    for name, rows, chosen in named:
        ids = set(chosen.values()) - {NONE}
        if rows.filter(desk=run.desk_id, pk__in=ids).count() != len(ids):
            raise InvalidValueError(name, _("Choose one from the list."))
