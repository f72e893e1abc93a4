"""Rows of CSV files, read as streams, whatever the delimiter and the encoding."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

from accounts.import_export.files import DELIMITERS, unquote_cell
from tickets.exchange.sources.faults import Fault, find_encoding

MAX_CELL = 4_000_000  # characters
CHUNK = 64 * 1024
_ESCAPED = re.compile("[\udc80-\udcff]")  # bytes that aren't UTF-8 (PEP 383)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a CSV file: its cells by column, without blanks around them; "" for none."""

    line: int
    cells: dict[str, str]
    titles: dict[str, str]  # of the columns, as the file writes them


def read_csv(file: IO[bytes]) -> Iterator[Row | Fault]:
    """Yield the rows of a file with comma, semicolon or tab as the delimiter.

    The encoding is what the byte order mark states, or UTF-8. Cells that aren't are read as
    Windows-1252, which older spreadsheets write; a Fault says so once. Column names keep letters
    and digits only, in lower case: "Ticket Id" and "ticketId" are both "ticketid".
    """
    was_told = False
    for row in _read_rows(_read_lines(file)):
        if isinstance(row, Row) and any(map(_ESCAPED.search, row.cells.values())):
            if not was_told:
                yield Fault("read_as_windows")
            was_told = True
            cells = {name: _unescape(cell) for name, cell in row.cells.items()}
            row = Row(row.line, cells, row.titles)
        yield row


def name_column(title: str) -> str:
    """Return a column's name by which it is found: its letters and digits, in lower case."""
    return "".join(char for char in title.lower() if char.isalnum())


def _unescape(cell: str) -> str:
    if not _ESCAPED.search(cell):
        return cell
    return cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _read_lines(file: IO[bytes]) -> Iterator[str]:
    """Yield lines that end with LF only, as csv wants them; one that is too long in pieces."""
    data = file.read(CHUNK)
    encoding, skipped = find_encoding(data)
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    data, text = data[skipped:], ""
    while data:
        text += decoder.decode(data)
        *lines, text = text.split("\n")
        yield from (f"{line}\n" for line in lines)
        if len(text) > MAX_CELL:
            yield text
            text = ""
        data = file.read(CHUNK)
    if text := text + decoder.decode(b"", final=True):
        yield text


def _read_rows(lines: Iterator[str]) -> Iterator[Row | Fault]:
    csv.field_size_limit(MAX_CELL)  # of the whole process; other readers have their own
    header = next(lines, "")
    delimiter = max(DELIMITERS, key=header.count)
    stored = (line.replace("\x00", "") for line in chain([header], lines))
    reader = csv.reader(stored, delimiter=delimiter)
    titles: list[str] | None = None
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            before = reader.line_num
            yield Fault("not_csv", before, {"text": str(error)})
            continue
        if cells is None:
            return
        line, before = before + 1, reader.line_num
        if titles is None:
            titles = [_unescape(cell.strip()) for cell in cells]
        elif any(cell.strip() for cell in cells):
            yield _make_row(line, titles, cells)


def _make_row(line: int, titles: list[str], cells: list[str]) -> Row | Fault:
    if any(cell.strip() for cell in cells[len(titles) :]):
        return Fault("too_many_cells", line)
    row = Row(line, {}, {})
    for title, cell in zip(titles, cells, strict=False):
        name = name_column(title)
        if not row.cells.get(name):  # of two columns with one name, the one that isn't empty
            row.cells[name], row.titles[name] = unquote_cell(cell.strip()), title
    return row
