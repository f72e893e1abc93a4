"""Contents of files in the storage, under random names that say nothing."""

from __future__ import annotations

from uuid import uuid4

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

log = structlog.get_logger(__name__)


def store_file(content: bytes, *, desk_id: int) -> str:
    """Store a desk's file. Return its name, or "" if there is no room: the error is logged."""
    try:
        return default_storage.save(
            f"{desk_id}/{uuid4().hex[:2]}/{uuid4().hex}", ContentFile(content)
        )
    except OSError as error:
        log.error("file_not_stored", desk_id=desk_id, size=len(content), error=str(error))
        return ""
