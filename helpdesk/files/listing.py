"""Which files a place has: those of a desk are in folders of folders named after its number."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import Storage

PARTIAL = ".part"  # ends the name of a file that is not complete


def list_desks(place: Storage) -> list[int]:
    """Return the numbers of desks with files. Whatever else is in the place is not Plumbline's."""
    return sorted(int(name) for name in _list(place, "")[0] if name.isdecimal())


def list_desk_folders(place: Storage, desk_id: int) -> list[str]:
    """Return the names of the folders of a desk."""
    return sorted(_list(place, str(desk_id))[0])


def list_folders(place: Storage) -> Iterator[str]:
    """Yield the folders of all desks."""
    for desk_id in list_desks(place):
        yield from (f"{desk_id}/{folder}" for folder in list_desk_folders(place, desk_id))


def list_names(place: Storage, folder: str) -> list[str]:
    """Return the names of the files in a folder, without partial ones."""
    return [name for name in list_all_names(place, folder) if not name.endswith(PARTIAL)]


def list_all_names(place: Storage, folder: str) -> list[str]:
    """Return the names of the files in a folder, with what was left of incomplete ones."""
    return [f"{folder}/{name}" for name in sorted(_list(place, folder)[1])]


def _list(place: Storage, path: str) -> tuple[list[str], list[str]]:
    """Return folders and files. A folder that was deleted meanwhile has none."""
    try:
        return place.listdir(path)
    except FileNotFoundError:
        return [], []
