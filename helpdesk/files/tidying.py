"""Compare a desk's files with the rows that name them: files of no row, and rows without a file.

A file of no row is left by a process that was killed between storing a file and its commit, or
between deleting a row and its file. After a day it is deleted. Rows without a file are reported.

Files are deleted only by the installation that owns the place: its SITE_URL is in the file
``owner.txt``. A copy of the database elsewhere must not delete what the original has stored since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import connection
from psycopg import sql

from helpdesk.backup.snapshot import list_file_columns
from helpdesk.files.listing import list_all_names, list_desk_folders
from helpdesk.files.places import TwoPlaces

OWNER = "owner.txt"
MIN_AGE = timedelta(days=1)  # a file is stored before its row is committed
# More files of no row than this, and more than half of all, are a mistake rather than dust. Few,
# because a step looks at three of a desk's folders: three there stand for 250 in all of them.
MAX_ORPHANS = 2
NAMED = "SELECT {column} AS name FROM {table} WHERE {desk} = {desk_id} AND {column} <> ''"
IN_FOLDERS = " AND split_part({column}, '/', 2) = ANY({folders})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """files: how many there are. orphans: files of no row. missing: files that rows name."""

    files: int
    orphans: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_doubtful(self) -> bool:
        """Return True if so many files have no row that they must not be deleted unasked."""
        return len(self.orphans) > MAX_ORPHANS and 2 * len(self.orphans) > self.files


def compare(
    place: Storage, desk_id: int, *, at: datetime, folders: Sequence[str] | None = None
) -> Comparison:
    """Compare a desk's files with its rows, in the entered desk. folders: only these; None: all."""
    where = list_desk_folders(place, desk_id) if folders is None else folders
    present = {name for folder in where for name in list_all_names(place, f"{desk_id}/{folder}")}
    named = read_named(desk_id, folders)
    orphans = [name for name in sorted(present - named) if _is_old(place, name, at=at)]
    missing = [name for name in sorted(named - present) if not place.exists(name)]
    if missing:  # erased meanwhile?
        missing = sorted(set(missing) & read_named(desk_id, folders))
    return Comparison(len(present), tuple(orphans), tuple(missing))


def read_named(desk_id: int, folders: Sequence[str] | None) -> set[str]:
    """Return the names of the files that the desk's rows refer to."""
    query = sql.SQL(" UNION ALL ").join(
        sql.SQL(NAMED + (IN_FOLDERS if folders is not None else "")).format(
            column=sql.Identifier(column),
            table=sql.Identifier(table),
            desk=sql.Identifier("id" if table == "accounts_desk" else "desk_id"),
            desk_id=sql.Literal(desk_id),
            folders=sql.Literal(list(folders or ())),
        )
        for table, column in sorted(list_file_columns())
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {str(name) for (name,) in cursor.fetchall()}


def delete_orphans(place: Storage, comparison: Comparison) -> int:
    """Delete the files of no row. Return their number."""
    for name in comparison.orphans:
        place.delete(name)
    return len(comparison.orphans)


def abort_uploads(place: Storage, desk_id: int, *, at: datetime) -> int:
    """Remove what never completed uploads to a bucket left behind. Return their number."""
    return sum(
        part.abort_uploads(f"{desk_id}/", before=at - MIN_AGE)
        for part in _list_parts(place)
        if isinstance(part, KeepsUploads)
    )


def find_other_owner(place: Storage) -> str:
    """Return the SITE_URL of the installation that owns the place, or "" if it is this one.

    A place without an owner becomes this installation's.
    """
    try:
        with place.open(OWNER) as stored:
            owner = stored.read().decode(errors="replace").strip()
    except FileNotFoundError:
        claim(place)
        return ""
    return "" if owner == settings.SITE_URL else owner or "?"


def claim(place: Storage) -> None:
    """Make the place this installation's."""
    place.delete(OWNER)
    place.save(OWNER, ContentFile(settings.SITE_URL.encode()))


@runtime_checkable
class KeepsUploads(Protocol):
    """A place in which uploads can be left incomplete: a bucket."""

    def abort_uploads(self, prefix: str, *, before: datetime) -> int:
        """Delete the parts of uploads that were begun before. Return the number of uploads."""


def _list_parts(place: Storage) -> Iterator[Storage]:
    if isinstance(place, TwoPlaces):
        yield place.first
        yield place.second
    else:
        yield place


def _is_old(place: Storage, name: str, *, at: datetime) -> bool:
    with suppress(FileNotFoundError):  # deleted meanwhile
        return place.get_modified_time(name) < at - MIN_AGE
    return False
