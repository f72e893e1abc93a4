"""Slices of imports, in the background: reading, importing, tidying up.

A killed worker's slice is rolled back with its place, and done again; two workers skip each
other's locked run.
"""

from __future__ import annotations

from datetime import datetime

from accounts.failures import capture_failure, describe_time_limit
from tickets.exchange.importing import import_slice
from tickets.exchange.runs import fail_run
from tickets.exchange.source_file import UnreadableError
from tickets.exchange.staging import read_slices
from tickets.models import ImportRun, ImportState

DUE = (ImportState.READING, ImportState.RUNNING)
FAILED = "An error occurred while the import ran. The system log has the details."


def run_imports(*, desk_id: int, at: datetime) -> int:
    """Run a slice of each import of a desk that is being read or runs. Return what was done."""
    due = ImportRun.objects.filter(desk_id=desk_id, state__in=DUE).order_by("pk")
    return sum(_run_contained(*each, at=at) for each in due.values_list("pk", "state"))


def _run_contained(run_id: int, state: str, *, at: datetime) -> int:
    """Run a slice. A run that fails as a whole is ended, so that the desk's others get on."""

    def end(error: str) -> None:
        if error != describe_time_limit():
            fail_run(run_id, FAILED, at=at)

    with capture_failure(end, event="import_failed", run=run_id):
        try:
            if state == ImportState.READING:
                return read_slices(run_id)
            return import_slice(run_id, at=at)
        except UnreadableError as error:
            fail_run(run_id, str(error), at=at)
    return 1
