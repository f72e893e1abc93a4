"""Sample exports, as archives and as single files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tickets.exchange.readers import READERS
from tickets.exchange.records import Problem
from tickets.exchange.source_file import SourceFile

PAYLOADS = Path(__file__).parent / "payloads"


def load(folder: str) -> dict[str, bytes]:
    """Return the files of a sample export by their paths."""
    files = sorted(path for path in (PAYLOADS / folder).rglob("*") if path.is_file())
    return {path.relative_to(PAYLOADS / folder).as_posix(): path.read_bytes() for path in files}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of these."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return archive.getvalue()


def read(reader: str, content: bytes, name: str = "export.zip") -> list[Any]:
    """Return all records and problems that a reader finds in a file."""
    return list(READERS[reader](SourceFile(io.BytesIO(content), name)))


class Found:
    """What a reader found, by kind and ID."""

    def __init__(self, found: list[Any]) -> None:
        self.problems = [each for each in found if isinstance(each, Problem)]
        records = [each for each in found if not isinstance(each, Problem)]
        self.records = {(each["kind"], str(each["id"])): each for each in records}
        assert len(self.records) == len(records), "a record was told twice"

    def get(self, kind: str, source_id: object) -> dict[str, Any]:
        return self.records[kind, str(source_id)]

    def list_ids(self, kind: str) -> list[str]:
        return sorted(source_id for name, source_id in self.records if name == kind)

    def list_codes(self) -> list[str]:
        return sorted({problem.code for problem in self.problems})


def read_files(reader: str, files: Mapping[str, bytes]) -> Found:
    """Return what a reader finds in an archive of these files."""
    return Found(read(reader, pack(files)))
