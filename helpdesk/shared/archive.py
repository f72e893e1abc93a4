"""Export archives: JSON lines and files in a zip, streamed, with a verifiable manifest."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import BinaryField, Field, GeneratedField, Model, QuerySet

FORMAT_VERSION = 1
CHUNK_BYTES = 64 * 1024
BATCH_SIZE = 1000
LARGE_ROW_BATCH_SIZE = 20  # in tables with raw emails


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            return {"base64": base64.b64encode(bytes(value)).decode()}
        return super().default(value)


class Archive:
    """A zip being written. ``finish`` adds manifest.json with the size and hash of each part."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = ZipFile(target, "w", ZIP_DEFLATED, allowZip64=True)
        self.parts: dict[str, dict[str, Any]] = {}
        self.missing: list[str] = []

    def add_rows(self, name: str, rows: Iterable[dict[str, Any]]) -> int:
        """Write rows as JSON lines and return their number."""
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            for row in rows:
                count += 1
                yield json.dumps(row, cls=_Encoder, ensure_ascii=False).encode() + b"\n"

        self._write(name, lines())
        self.parts[name]["rows"] = count
        return count

    def add_stored(self, name: str, stored: str) -> bool:
        """Copy a file from storage. Return False, and list it as missing, if it isn't there."""
        try:
            with default_storage.open(stored) as file:
                self._write(name, file.chunks(CHUNK_BYTES))
        except FileNotFoundError:
            self.missing.append(name)
            return False
        return True

    def add_bytes(self, name: str, content: bytes) -> None:
        """Write a part in one piece."""
        self._write(name, [content])

    def finish(self, **facts: Any) -> dict[str, Any]:
        """Write the manifest, close the zip and return the manifest."""
        manifest = {
            "format": FORMAT_VERSION,
            **facts,
            "schema": get_schema_version(),
            "rows": sum(part.get("rows", 0) for part in self.parts.values()),
            "files": sum("rows" not in part for part in self.parts.values()),
            "missing": self.missing,
            "parts": self.parts,
        }
        self._zip.writestr(
            "manifest.json", json.dumps(manifest, cls=_Encoder, ensure_ascii=False, indent=1)
        )
        self._zip.close()
        return manifest

    def _write(self, name: str, chunks: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.parts[name] = {"bytes": size, "sha256": digest.hexdigest()}


def read_rows(rows: QuerySet, *, without: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """Stream every stored column of these rows by id, without generated columns and those named."""
    columns = [column for column in list_stored_columns(rows.model) if column.name not in without]
    is_large = any(isinstance(field, BinaryField) for field in columns)
    values = rows.order_by("pk").values(*(field.attname for field in columns))
    yield from values.iterator(chunk_size=LARGE_ROW_BATCH_SIZE if is_large else BATCH_SIZE)


def list_stored_columns(model: type[Model]) -> list[Field]:
    """Return a model's columns that are written, not computed."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]


def get_schema_version() -> dict[str, str]:
    """Return the last applied migration of each of Plumbline's own apps."""
    ours = {"accounts", "tickets", "sla", "routing", "channels_intake"}
    applied = MigrationRecorder(connection).applied_migrations()
    return {app: name for app, name in sorted(applied) if app in ours}
