"""Files in two places, while they are moved from one to the other (MEDIA_FALLBACK).

New files go to the first place. Reading looks in the first and then in the second. A file may be
moved at any moment: first it is in both, then only in the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.module_loading import import_string

T = TypeVar("T")


def build_place(described: Mapping[str, Any]) -> Storage:
    """Return the storage that an entry of STORAGES describes."""
    place: Storage = import_string(described["BACKEND"])(**described.get("OPTIONS", {}))
    return place


class TwoPlaces(Storage):
    """Django's storage in two places. first and second: entries as in STORAGES."""

    def __init__(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
        self.first, self.second = build_place(first), build_place(second)

    def _open(self, name: str, mode: str = "rb") -> File:
        return self._try_each("open", name, mode)

    def size(self, name: str) -> int:
        return self._try_each("size", name)

    def get_modified_time(self, name: str) -> datetime:
        return self._try_each("get_modified_time", name)

    def _try_each(self, method: str, *given: Any) -> Any:
        """Call a method of the place that has the file. Raises FileNotFoundError if none has."""
        for place in (self.first, self.second):
            try:
                return getattr(place, method)(*given)
            except FileNotFoundError:
                continue
        return getattr(self.first, method)(*given)  # moved between the two attempts

    def exists(self, name: str) -> bool:
        return self.first.exists(name) or self.second.exists(name) or self.first.exists(name)

    def _save(self, name: str, content: File) -> str:
        return self.first.save(name, content)

    def delete(self, name: str) -> None:
        """Delete a file in both places.

        In this order, because helpdesk/files/moving.py deletes the copy that it has just made if
        the original is gone by then.
        """
        self.second.delete(name)
        self.first.delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """List both places. Raises FileNotFoundError if neither has the folder."""
        found, missing = [], []
        for place in (self.second, self.first):
            try:
                found.append(place.listdir(path))
            except FileNotFoundError as error:
                missing.append(error)
        if not found:
            raise missing[0]
        folders, files = ({name for each in found for name in each[kind]} for kind in (0, 1))
        return sorted(folders), sorted(files)
