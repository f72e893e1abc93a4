"""Rounds through all files in small steps: each folder once a day, each desk for itself.

Nothing is remembered between steps: the time of day says which folders are next. What a step finds
is kept for the page of checks until the same folders are looked at again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import structlog
from django.core.cache import cache
from django.core.files.storage import Storage, storages

from accounts.models import Desk, ErasedDesk
from accounts.tenancy import desk_scope, system_scope
from helpdesk.files.listing import list_desks
from helpdesk.files.tidying import (
    Comparison,
    abort_uploads,
    compare,
    delete_orphans,
    find_other_owner,
)

STEPS = 96  # a day: one every 15 minutes
STEP_SECONDS = 86_400 // STEPS
FOLDERS = 256  # of a desk, named after the first two digits of their files
OTHER_FOLDERS = ["logo"]
SLICE_SECONDS = 20.0  # before a task queues another one for the rest
KEPT_SECONDS = 2 * 86_400
KEY = "files-without-rows:{}"
MAX_LOGGED = 20  # names

log = structlog.get_logger(__name__)


def get_step(at: datetime) -> int:
    """Return the number of the step for a time."""
    return int(at.timestamp()) % 86_400 // STEP_SECONDS


def list_step_folders(step: int) -> list[str]:
    """Return the names of the folders of each desk that a step looks at."""
    hexadecimal = [f"{number:02x}" for number in range(step, FOLDERS, STEPS)]
    return hexadecimal if step else [*hexadecimal, *OTHER_FOLDERS]


def take_step(*, step: int, after: int, missing: int, at: datetime) -> tuple[int, int] | None:
    """Look at the folders of a step, desk by desk, until the time is up.

    after: the last desk that was done. missing: files that were missing there. Return both for the
    next task, or None if the step is complete.
    """
    place, until = storages["default"], time.monotonic() + SLICE_SECONDS
    owner = find_other_owner(place)
    if owner:
        log.warning("files_belong_to_another_installation", owner=owner)
    for desk_id, is_known in list_desks_to_visit(place, after=after):
        missing += _visit(place, desk_id, step, at=at, deletes=not owner and is_known)
        if time.monotonic() > until:
            return desk_id, missing
    cache.set(KEY.format(step), missing, KEPT_SECONDS)
    return None


def count_missing() -> int:
    """Return how many files were missing when they were last looked for, within two days."""
    return sum(cache.get_many([KEY.format(step) for step in range(STEPS)]).values())


def list_desks_to_visit(place: Storage, *, after: int = 0) -> Iterator[tuple[int, bool]]:
    """Yield the numbers of desks with rows or files, in order, and whether this one knew them."""
    with system_scope("find the desks whose files are looked at"):
        known = set(Desk.objects.values_list("pk", flat=True))
        erased = set(ErasedDesk.objects.values_list("number", flat=True))
    for desk_id in sorted(known | set(list_desks(place))):
        if desk_id > after:
            yield desk_id, desk_id in known or desk_id in erased


def _visit(place: Storage, desk_id: int, step: int, *, at: datetime, deletes: bool) -> int:
    """Look at a desk's folders, and return the number of missing files."""
    with desk_scope(desk_id):
        found = compare(place, desk_id, at=at, folders=list_step_folders(step))
    deleted = delete_orphans(place, found) if deletes and not found.is_doubtful else 0
    aborted = abort_uploads(place, desk_id, at=at) if deletes and not step else 0
    _report(found, desk_id, deleted=deleted, aborted=aborted)
    return len(found.missing)


def _report(found: Comparison, desk_id: int, *, deleted: int, aborted: int) -> None:
    if found.orphans:
        names = found.orphans[:MAX_LOGGED]
        count = len(found.orphans)
        log.info("files_without_row", desk_id=desk_id, count=count, deleted=deleted, names=names)
    if aborted:
        log.info("unfinished_uploads_removed", desk_id=desk_id, count=aborted)
    if found.missing:
        names = found.missing[:MAX_LOGGED]
        log.warning("rows_without_file", desk_id=desk_id, count=len(found.missing), names=names)
