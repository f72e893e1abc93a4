"""Move files from the second place to the first while Plumbline is running.

What was moved is gone from the second place, so a run that was stopped is continued by another one.
A file is deleted there only after its copy was read again and has the same hash.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage

from helpdesk.doctor.database import connect
from helpdesk.files.listing import list_folders, list_names
from helpdesk.files.places import TwoPlaces

HASH = "sha256"
THREADS = 8  # most of the time is spent waiting for the bucket
LOCK = 4_817_230_145  # of pg_try_advisory_lock
SYNC_FOLDER = os.O_RDONLY | os.O_DIRECTORY


class MoveError(Exception):
    """Files can't be moved. The message says why."""


@dataclass(slots=True)
class Moved:
    """What was done. differing: names of files that are different in both places, and stay."""

    files: int = 0
    size: int = 0
    erased: int = 0
    differing: tuple[str, ...] = ()

    def add(self, other: Moved) -> None:
        self.files += other.files
        self.size += other.size
        self.erased += other.erased
        self.differing += other.differing


def move_files(places: TwoPlaces, report: Callable[[Moved], None]) -> Moved:
    """Move all files. report: called after each folder. Raises MoveError and OSError.

    Two at once would each delete the copy of the other.
    """
    moved = Moved()
    with _only_once(), ThreadPoolExecutor(THREADS) as threads:
        for folder in list_folders(places.second):
            names = list_names(places.second, folder)
            for one in threads.map(lambda name: _move(places, name), names):
                moved.add(one)
            report(moved)
    return moved


@contextmanager
def _only_once() -> Iterator[None]:
    with connect() as direct:
        row = direct.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if not row or not row[0]:
            raise MoveError("Files are being moved already. Wait until that has ended.")
        yield


def _move(places: TwoPlaces, name: str) -> Moved:
    """Move a file, unless it is erased meanwhile, or differs from one in the first place."""
    try:
        digest, size = hash_file(places.second, name)
        if places.first.exists(name):  # from a run that was stopped
            if hash_file(places.first, name)[0] != digest:
                return Moved(differing=(name,))
        else:
            _copy(places, name, digest)
    except FileNotFoundError:
        return Moved(erased=1)
    if not places.second.exists(name):
        places.first.delete(name)
        return Moved(erased=1)
    places.second.delete(name)
    return Moved(files=1, size=size)


def _copy(places: TwoPlaces, name: str, digest: str) -> None:
    with places.second.open(name) as content:
        write(places.first, name, content)
    if hash_file(places.first, name)[0] != digest:
        places.first.delete(name)
        raise MoveError(f"{name} was not stored as it was sent. It is still where it was.")


def hash_file(place: Storage, name: str) -> tuple[str, int]:
    """Return the hash and the size of a file. Raises FileNotFoundError."""
    digest, size = hashlib.new(HASH), 0
    with place.open(name) as content:
        for chunk in content.chunks():
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def write(place: Storage, name: str, content: File) -> None:
    """Store a file that appears when it is complete. A bucket does so by itself."""
    if not isinstance(place, FileSystemStorage):
        place.save(name, content)
        return
    part = place.save(f"{name}.{uuid4().hex}.part", content)
    path, target = Path(place.path(part)), Path(place.path(name))
    with path.open("rb") as written:
        os.fsync(written.fileno())
    path.replace(target)
    folder = os.open(target.parent, SYNC_FOLDER)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
