"""Archives for exports: JSON lines and files in a zip, written as a stream, with a manifest that can be checked."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import BinaryField, Field, GeneratedField, Model, QuerySet

FORMAT = 1
CHUNK = 64 * 1024
ROWS_AT_ONCE = 1000
LARGE_ROWS_AT_ONCE = 20  # of tables with raw mails


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            return {"base64": base64.b64encode(bytes(value)).decode()}
        return super().default(value)


class Archive:
    """A zip that is being written. ``finish`` adds manifest.json: what each part is, counted and hashed."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = ZipFile(target, "w", ZIP_DEFLATED, allowZip64=True)
        self.parts: dict[str, dict[str, Any]] = {}
        self.missing: list[str] = []

    def add_rows(self, name: str, rows: Iterable[dict[str, Any]]) -> int:
        """Write rows as JSON lines; gives how many."""
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
        """Copy a file of the storage; False, and a line in the manifest, when it is not there."""
        try:
            with default_storage.open(stored) as file:
                self._write(name, file.chunks(CHUNK))
        except FileNotFoundError:
            self.missing.append(name)
            return False
        return True

    def add_bytes(self, name: str, content: bytes) -> None:
        """Write a part whole."""
        self._write(name, [content])

    def finish(self, **facts: Any) -> dict[str, Any]:
        """Write the manifest and close; gives it."""
        manifest = {
            "format": FORMAT,
            **facts,
            "schema": schema_version(),
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


def read_rows(rows: QuerySet) -> Iterator[dict[str, Any]]:
    """Every stored column of these rows, as a stream in order of their ids; generated columns are left out."""
    columns = stored_columns(rows.model)
    is_large = any(isinstance(field, BinaryField) for field in columns)
    values = rows.order_by("pk").values(*(field.attname for field in columns))
    yield from values.iterator(chunk_size=LARGE_ROWS_AT_ONCE if is_large else ROWS_AT_ONCE)


def stored_columns(model: type[Model]) -> list[Field]:
    """The columns that are written, not computed."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]


def schema_version() -> dict[str, str]:
    """The last migration of each of Plumbline's own apps."""
    ours = {"accounts", "tickets", "sla", "routing", "channels_intake"}
    applied = MigrationRecorder(connection).applied_migrations()
    return {app: name for app, name in sorted(applied) if app in ours}
