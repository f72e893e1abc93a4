"""CSV as files: read whole with their true line numbers, and written so that no cell is a formula.

A cell that begins with = + - @ tab, CR or NUL is written with an apostrophe before it (ASVS 1.2.10), which a
reading takes off again: what was exported can be imported unchanged.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 100_000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\x00")
DELIMITERS = ",;\t"


class CsvUnreadable(Exception):
    """The file as a whole cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Rows of equal width with the line that each begins on, and the lines that do not fit."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    misfits: tuple[tuple[int, str], ...]


def quote_cell(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    return "'" + text if text.startswith(DANGEROUS) else text


def unquote_cell(text: str) -> str:
    """Undo `quote_cell`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(DANGEROUS) else text


def write_csv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV (RFC 4180), every cell quoted against formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in [headers, *rows]:
        writer.writerow([quote_cell(str(cell)) for cell in row])
    return out.getvalue()


def read_csv(data: bytes, *, known: Collection[str], needed: str) -> CsvTable:
    """Read UTF-8 text whose cells are parted by comma, semicolon or tab. Raises CsvUnreadable.

    known: the columns that may be there, in any order; needed: the one that must.
    """
    numbered = _read_lines(_decode(data))
    _, first = next(numbered, (0, []))
    headers = tuple(cell.strip().lower().replace(" ", "_") for cell in first)
    _check_headers(headers, known, needed)
    rows, lines, misfits = [], [], []
    for line, row in numbered:
        if len(row) == len(headers):
            rows.append(tuple(unquote_cell(cell) for cell in row))
            lines.append(line)
        elif row:
            misfits.append((line, f"There are {len(row)} cells instead of {len(headers)}."))
        if len(rows) + len(misfits) > MAX_LINES:
            raise CsvUnreadable(f"There are more than {MAX_LINES:,} lines; send them in parts.")
    return CsvTable(headers, tuple(rows), tuple(lines), tuple(misfits))


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise CsvUnreadable(
            f"The file is larger than {MAX_BYTES // 1024**2} MiB; send it in parts."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CsvUnreadable("The file is not UTF-8; save it as “CSV UTF-8”.") from error


def _read_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    before = 0
    try:
        for row in reader:
            yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise CsvUnreadable(f"Line {reader.line_num} cannot be read: {error}.") from error


def _check_headers(headers: tuple[str, ...], known: Collection[str], needed: str) -> None:
    if not any(headers):
        raise CsvUnreadable("The file is empty; its first line names the columns.")
    if unknown := [name for name in headers if name not in known]:
        raise CsvUnreadable(f"There is no column “{unknown[0]}”; there are {', '.join(known)}.")
    if len(set(headers)) < len(headers):
        raise CsvUnreadable("A column is named twice.")
    if needed not in headers:
        raise CsvUnreadable(f"The column “{needed}” is missing.")
