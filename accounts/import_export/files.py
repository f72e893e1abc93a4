"""Reading CSV files with their line numbers, and writing them without formulas.

A cell that starts with = + - @ tab, CR or NUL is written with a leading apostrophe (OWASP ASVS
1.2.10), and so are the full-width and small forms of the four signs, which East Asian editions of
spreadsheets read as the signs. Reading removes it, so an export can be imported unchanged.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MAX_BYTES = 20 * 1024 * 1024
MAX_LINES = 100_000
MAX_CELL = 128 * 1024  # characters; the csv module has one limit for all readers of a process
DANGEROUS = ("=", "+", "-", "@", *"＝＋－＠﹦﹢﹣﹫", "\t", "\r", "\x00")
DELIMITERS = ",;\t"


class UnreadableCsvError(Exception):
    """The file as a whole cannot be used; the message says why, for the reader."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Rows of equal width with their first line numbers, and (line, reason) of the misfits."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    misfits: tuple[tuple[int, str], ...]


def quote_cell(text: str) -> str:
    """Quote text that a spreadsheet would interpret as a formula."""
    return "'" + text if text.startswith(DANGEROUS) else text


def unquote_cell(text: str) -> str:
    """Reverse `quote_cell`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(DANGEROUS) else text


def write_csv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as CSV (RFC 4180), every cell protected against formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in [headers, *rows]:
        writer.writerow([quote_cell(str(cell)) for cell in row])
    return out.getvalue()


def read_csv(data: bytes, *, known: Collection[str], needed: str) -> CsvTable:
    """Read UTF-8 text with comma, semicolon or tab as the delimiter. Raises UnreadableCsvError.

    known: the allowed columns, in any order; needed: the required one. Empty columns at the end
    and empty rows, as Excel writes them, are passed over.
    """
    numbered = _read_lines(_decode(data))
    _line, first = next(numbered, (0, []))
    headers = tuple(cell.strip().lower().replace(" ", "_") for cell in _cut_empty_end(first))
    _check_headers(headers, known, needed)
    rows, lines, misfits = [], [], []
    for line, cells in numbered:
        row = _cut_empty_end(cells, keep=len(headers))
        if not any(cell.strip() for cell in row):
            continue
        if len(row) == len(headers):
            rows.append(tuple(unquote_cell(cell) for cell in row))
            lines.append(line)
        else:
            misfits.append((line, _describe_width(len(row), len(headers))))
        if len(rows) + len(misfits) > MAX_LINES:
            text = _("The file has more than %(count)s lines. Split it into several files.")
            raise UnreadableCsvError(
                text % {"count": number_format(MAX_LINES, force_grouping=True)}
            )
    return CsvTable(headers, tuple(rows), tuple(lines), tuple(misfits))


def _cut_empty_end(row: list[str], *, keep: int = 0) -> list[str]:
    """Return the row without the blank cells at its end, but not less than its first ones."""
    width = len(row)
    while width > keep and not row[width - 1].strip():
        width -= 1
    return row[:width]


def _describe_width(found: int, expected: int) -> str:
    text = ngettext(
        "The line has %(found)s cell instead of %(expected)s.",
        "The line has %(found)s cells instead of %(expected)s.",
        found,
    )
    return text % {"found": found, "expected": expected}


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        text = _("The file is larger than %(size)s MB. Split it into several files.")
        raise UnreadableCsvError(text % {"size": MAX_BYTES // 1024**2})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableCsvError(_("The file is not UTF-8. Save it as “CSV UTF-8”.")) from error


def _read_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    before = 0
    try:
        for row in reader:
            if any(len(cell) > MAX_CELL for cell in row):
                text = _("Line %(line)s has a cell of over %(limit)s characters.")
                raise UnreadableCsvError(text % {"line": before + 1, "limit": MAX_CELL})
            yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        text = _("Line %(line)s cannot be read: %(error)s.")
        raise UnreadableCsvError(text % {"line": reader.line_num, "error": error}) from error


def _check_headers(headers: tuple[str, ...], known: Collection[str], needed: str) -> None:
    if not any(headers):
        raise UnreadableCsvError(_("The file is empty. Its first line must name the columns."))
    if unknown := [name for name in headers if name not in known]:
        text = _("Unknown column “%(column)s”. Allowed columns: %(columns)s.")
        raise UnreadableCsvError(text % {"column": unknown[0], "columns": ", ".join(known)})
    if len(set(headers)) < len(headers):
        raise UnreadableCsvError(_("The first line names a column twice."))
    if needed not in headers:
        raise UnreadableCsvError(_("The column “%(column)s” is missing.") % {"column": needed})
