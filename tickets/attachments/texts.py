"""The beginning of a text file, such as a log, as numbered lines to be shown as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.storage import default_storage

from tickets.models import Attachment

ENDINGS = frozenset({
    ".cfg", ".conf", ".csv", ".ini", ".json", ".log", ".md", ".out", ".properties", ".toml", ".tsv",
    ".txt", ".xml", ".yaml", ".yml",
})  # fmt: skip
MAX_BYTES = 256 * 1024
MAX_LINES = 5000
MAX_LINE = 1000  # characters


@dataclass(frozen=True, slots=True)
class TextStart:
    """lines: of the beginning. is_cut: the file goes on, or a line does."""

    lines: tuple[str, ...]
    is_cut: bool


def is_text(file: Attachment) -> bool:
    """Return True for a stored file whose name is one of a text file."""
    return bool(file.file) and PurePosixPath(file.name.lower()).suffix in ENDINGS


def read_start(file: Attachment) -> TextStart | None:
    """Return the beginning of a text file; None if it holds something else.

    Raises FileNotFoundError if it is missing from storage.
    """
    with default_storage.open(str(file.file.name)) as stored:
        content = stored.read(MAX_BYTES)
    text = _decode(content)
    if text is None:
        return None
    lines = text.splitlines()
    shown = tuple(_clean(line) for line in lines[:MAX_LINES])
    is_longer = any(len(line) > MAX_LINE for line in lines[:MAX_LINES])
    is_cut = file.size > len(content) or len(lines) > MAX_LINES or is_longer
    return TextStart(shown, is_cut)


def _decode(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\x00" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) == MAX_BYTES and error.start >= MAX_BYTES - 4:  # cut within a character
            return content[: error.start].decode("utf-8-sig")
        return content.decode("cp1252", "replace")


def _clean(line: str) -> str:
    """Return a line without control characters, such as colors of a terminal and direction."""
    kept = (c if c.isprintable() or c == "\t" else "\ufffd" for c in line[:MAX_LINE])
    return "".join(kept)
