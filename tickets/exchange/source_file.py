"""An uploaded file: a zip archive or a single file, read with limits (M38).

Tar archives are stored as zip archives (tar_files.py). Nothing is extracted: an entry is opened by
its name in the archive, so that no path leads out of it. Reading stops with UnreadableError at a
bomb.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.utils.translation import gettext as _

from tickets.errors import ServiceError

MAX_ENTRIES = 1_000_000
MAX_RATIO = 200  # of an entry's unpacked size to its packed one, beyond MIN_SUSPICIOUS bytes
MIN_SUSPICIOUS = 10_000_000
MAX_UNPACKED = 200_000_000_000  # bytes of all entries together
CHUNK = 64 * 1024
ZIP_START = b"PK\x03\x04"
EMPTY_ZIP_START = b"PK\x05\x06"
FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    UnicodeDecodeError,
)


class UnreadableError(ServiceError):
    """The file can't be read as a whole. The text says why, for the admin who uploaded it."""


class SourceFile:
    """A file to import. Its entries are listed and opened by name."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.name = name
        self._file = file
        file.seek(0)
        start = file.read(4)
        file.seek(0)
        self._zip = _open_zip(file) if start in (ZIP_START, EMPTY_ZIP_START) else None

    @property
    def is_archive(self) -> bool:
        return self._zip is not None

    def list_names(self) -> list[str]:
        """Return the names of all entries; of a single file its own."""
        if self._zip is None:
            return [self.name]
        names = [info.filename for info in self._zip.infolist() if not info.is_dir()]
        return list(dict.fromkeys(names))  # of entries with one name, the last is opened

    def find(self, *endings: str) -> str | None:
        """Return the first entry whose path ends with one of these, in any case, or None."""
        for ending in endings:
            wanted = ending.casefold()
            for name in self.list_names():
                folded = name.casefold()
                if folded == wanted or folded.endswith(f"/{wanted}"):
                    return name
        return None

    def has(self, name: str) -> bool:
        """Return True if there is an entry of this exact name."""
        if self._zip is None:
            return name == self.name
        return name in self._zip.NameToInfo

    def get_size(self, name: str) -> int:
        """Return the stated unpacked size of an entry. Raises KeyError."""
        if self._zip is None:
            return self._file.seek(0, io.SEEK_END)
        return self._zip.getinfo(name).file_size

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open an entry for reading. Raises KeyError, and UnreadableError while it is read."""
        if self._zip is None:
            self._file.seek(0)
            yield self._file
            return
        try:
            with self._zip.open(name) as entry:
                yield entry
        except KeyError:
            raise
        except FAILURES as error:
            text = _("“%(name)s” in the archive can't be read: it is damaged or has a password.")
            raise UnreadableError(text % {"name": name[:100]}) from error

    def read(self, name: str, *, limit: int) -> bytes | None:
        """Return the content of an entry, or None if it has more bytes than this."""
        with self.open(name) as entry:
            content = entry.read(limit + 1)
        return content if len(content) <= limit else None

    def read_lines(self, name: str, *, limit: int) -> Iterator[bytes | None]:
        """Yield the lines of an entry; None for one with more bytes than the limit."""
        with self.open(name) as entry:
            while line := entry.readline(limit + 1):
                if len(line) <= limit:
                    yield line
                    continue
                while line and not line.endswith(b"\n"):
                    line = entry.readline(CHUNK)
                yield None


def _open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(file)
    except FAILURES as error:
        raise UnreadableError(_("The zip archive is damaged.")) from error
    infos: list[Any] = archive.infolist()
    is_bomb = any(
        info.file_size > max(MIN_SUSPICIOUS, MAX_RATIO * info.compress_size) for info in infos
    )
    total = sum(info.file_size for info in infos)
    if len(infos) > MAX_ENTRIES or total > MAX_UNPACKED or is_bomb:
        raise make_bomb_error()
    return archive


def make_bomb_error() -> UnreadableError:
    """Return the error for an archive that would fill a disk or the memory."""
    return UnreadableError(_("The archive expands to far more than its size, so it wasn't opened."))
