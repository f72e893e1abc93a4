"""Read the neutral format: records.ndjson, alone or in an archive with files (docs/exchange.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tickets.exchange.records import MAX_RECORD_CHARS, Problem, Record
from tickets.exchange.source_file import SourceFile, UnreadableError
from tickets.exchange.sources.exports import list_files

NAME = "records.ndjson"


def read(file: SourceFile) -> Iterator[Record | Problem]:
    """Yield the record of each line. Raises UnreadableError if there are none to read."""
    name = find_records(file) if file.is_archive else file.name
    if name is None:
        raise UnreadableError(_("The archive has no records.ndjson."))
    lines = file.read_lines(name, limit=MAX_RECORD_CHARS)
    for number, line in enumerate(lines, start=1):
        if line is None:
            yield Problem("", "", "too_long_line", {"line": number})
        elif line.strip():
            yield _read_line(line, number)


def find_records(file: SourceFile) -> str | None:
    """Return the entry with the records: records.ndjson, or the only one of another name."""
    names = list_files(file, ".ndjson", ".jsonl")
    return file.find(NAME) or (names[0] if len(names) == 1 else None)


def _read_line(line: bytes, number: int) -> Record | Problem:
    try:
        record = json.loads(line.decode("utf-8-sig"), parse_constant=str)
    except (ValueError, RecursionError):
        return Problem("", "", "not_json", {"line": number})
    return record if isinstance(record, dict) else Problem("", "", "not_an_object")
