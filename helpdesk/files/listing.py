"""Which files a place has: those of a desk are in folders of folders named after its number."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import Storage

PARTIAL = ".part"  # ends the name of a file that is not complete


def list_folders(place: Storage) -> Iterator[str]:
    """Yield the folders of all desks. Whatever else is in the place is not Plumbline's."""
    for desk in sorted(_list(place, "")[0]):
        if desk.isdecimal():
            yield from (f"{desk}/{folder}" for folder in sorted(_list(place, desk)[0]))


def list_names(place: Storage, folder: str) -> list[str]:
    """Return the names of the files in a folder, without partial ones."""
    files = sorted(_list(place, folder)[1])
    return [f"{folder}/{name}" for name in files if not name.endswith(PARTIAL)]


def list_partial_names(place: Storage, folder: str) -> list[str]:
    """Return the names of what was left behind while a file was written."""
    return [f"{folder}/{name}" for name in _list(place, folder)[1] if name.endswith(PARTIAL)]


def _list(place: Storage, path: str) -> tuple[list[str], list[str]]:
    """Return folders and files. A folder that was deleted meanwhile has none."""
    try:
        return place.listdir(path)
    except FileNotFoundError:
        return [], []
