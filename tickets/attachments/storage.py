"""Contents of files in the storage, under random names that say nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from uuid import uuid4

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from tickets.errors import ServiceError

log = structlog.get_logger(__name__)
_keeps_texts: ContextVar[bool] = ContextVar("plumbline_keeps_texts", default=False)


class NotStoredError(ServiceError):
    """The storage has no room for a file, or lost it."""


@contextmanager
def keep_texts() -> Iterator[None]:
    """Store messages even if their files can't be, for a source that still holds the files.

    Such a file is marked as missing, and stored later. Everywhere else the sender is told.
    """
    token = _keeps_texts.set(True)
    try:
        yield
    finally:
        _keeps_texts.reset(token)


def store_or_refuse(name: str, content: bytes, *, desk_id: int) -> str:
    """Store a file and return its name in the storage; within keep_texts "" if that fails.

    name: as its sender calls it. Raises NotStoredError.
    """
    stored = store_file(content, desk_id=desk_id)
    if not stored and not _keeps_texts.get():
        text = _("%(name)s couldn't be stored. Try again later, or send this without it.")
        raise NotStoredError(text % {"name": name})
    return stored


def delete_stored(names: Iterable[str]) -> None:
    """Delete contents from storage. What is gone already is no error."""
    for name in names:
        default_storage.delete(name)


def store_file(content: bytes, *, desk_id: int) -> str:
    """Store a desk's file. Return its name, or "" if there is no room: the error is logged."""
    name = f"{desk_id}/{uuid4().hex[:2]}/{uuid4().hex}"
    try:
        return default_storage.save(name, ContentFile(content))
    except OSError as error:
        log.error("file_not_stored", desk_id=desk_id, size=len(content), error=str(error))
    with suppress(OSError):  # on a read-only disk nothing was written
        default_storage.delete(name)  # what was written until the disk was full
    return ""
