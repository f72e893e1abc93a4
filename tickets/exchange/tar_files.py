"""Tar archives and gzip files, repacked as zip archives before they are stored (M38).

A zip archive lists its entries and opens any of them at once, which imports do in slices; a tar
archive would be unpacked again for each. tarfile believes what a header states, so it reads through
a guard. Links, devices and paths that lead out of the archive are refused; nothing is extracted.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from tickets.exchange.source_file import (
    MIN_SUSPICIOUS,
    SourceFile,
    UnreadableError,
    make_bomb_error,
)

GZIP_START, TAR_START, TAR_START_AT = b"\x1f\x8b", b"ustar", 257
MAX_GZIP_RATIO = 100  # of the unpacked size to the packed one, beyond MIN_SUSPICIOUS bytes
MAX_ENTRIES = 200_000  # they cost next to nothing when packed, and memory when listed
MAX_NAME = 1_000  # characters of an entry's path
MAX_READ = 64 * 1024  # bytes at once, of a header's text, too
GZIP_FAILURES = (gzip.BadGzipFile, zlib.error, EOFError)
TAR_FAILURES = (tarfile.TarError, EOFError, ValueError, RecursionError)


@contextmanager
def repack(file: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """Yield what is stored of an upload: a .tar, .tar.gz or .gz file as a .zip, others as they are.

    Raises UnreadableError for one that can't be opened, while the admin is there.
    """
    with ExitStack() as opened:
        packed = _repack(file, name, opened)
        SourceFile(packed, name)
        packed.seek(0)
        yield packed


def _repack(file: IO[bytes], name: str, opened: ExitStack) -> IO[bytes]:
    if _starts_with(file, GZIP_START):
        file = _gunzip(file, opened)
        if not _is_tar(file):
            inner = PurePosixPath(re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)).name
            return _zip([(inner[:MAX_NAME] or "export", file)], opened)
    return _zip_tar(file, opened) if _is_tar(file) else file


def _is_tar(file: IO[bytes]) -> bool:
    return _starts_with(file, TAR_START, TAR_START_AT)


def _starts_with(file: IO[bytes], mark: bytes, at: int = 0) -> bool:
    file.seek(at)
    found = file.read(len(mark)) == mark
    file.seek(0)
    return found


def _gunzip(file: IO[bytes], opened: ExitStack) -> IO[bytes]:
    """Return the content of a gzip file as a file."""
    limit, total = max(MIN_SUSPICIOUS, MAX_GZIP_RATIO * _measure(file)), 0
    unpacked = opened.enter_context(TemporaryFile())  # noqa: SIM115  # by the caller
    with gzip.GzipFile(fileobj=file) as packed:
        while chunk := _read_gzip(packed):
            total += unpacked.write(chunk)
            if total > limit:
                raise make_bomb_error()
    return unpacked


def _read_gzip(packed: gzip.GzipFile) -> bytes:
    try:
        return packed.read(MAX_READ)
    except GZIP_FAILURES as error:
        raise _make_damaged_error() from error


def _zip_tar(file: IO[bytes], opened: ExitStack) -> IO[bytes]:
    """Return a tar archive as a zip archive. Of entries with one name, the last counts."""
    try:
        places = {name: place for place, (name, _content) in enumerate(_read_tar(file))}
        last = (
            (name, content)
            for place, (name, content) in enumerate(_read_tar(file))
            if places[name] == place
        )
        return _zip(last, opened)
    except TAR_FAILURES as error:
        raise _make_damaged_error() from error


def _zip(files: Iterable[tuple[str, IO[bytes]]], opened: ExitStack) -> IO[bytes]:
    out = opened.enter_context(TemporaryFile())  # noqa: SIM115  # by the caller
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files:
            with archive.open(name, "w", force_zip64=True) as entry:
                copyfileobj(content, entry, MAX_READ)
    return out


def _read_tar(file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield path and content of the files in a tar archive."""
    guarded = _Guard(file, _measure(file))
    count = 0
    with tarfile.open(fileobj=cast(Any, guarded), mode="r:", errors="replace") as archive:
        kept: Any = archive
        while entry := archive.next():
            # Each entry would stay in memory, with all that global headers say.
            kept.members, kept.pax_headers = [], {}
            count += 1
            if count > MAX_ENTRIES:
                raise make_bomb_error()
            if entry.isdir():
                continue
            name = _clean_name(entry)
            content = archive.extractfile(entry)
            if content is not None:
                yield name, content
        _require_end(guarded, archive.offset)


def _clean_name(entry: tarfile.TarInfo) -> str:
    """Return an entry's path without "./". Raises UnreadableError for what isn't a plain file."""
    path = PurePosixPath(entry.name)
    is_plain = entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not entry.issparse()
    is_inside = not path.is_absolute() and ".." not in path.parts
    if not (is_plain and is_inside and path.name and len(entry.name) <= MAX_NAME):
        text = _(
            "“%(name)s” in the archive isn't a regular file, or its path points outside the "
            "archive. Include only files and folders, no links."
        )
        raise UnreadableError(text % {"name": entry.name[:100]})
    return str(path)


def _require_end(guarded: _Guard, at: int) -> None:
    """Raise UnreadableError if an archive stops before the empty block that ends it.

    tarfile takes a damaged header for the end.
    """
    guarded.seek(at)
    if guarded.read(tarfile.BLOCKSIZE).strip(b"\0") or guarded.tell() != at + tarfile.BLOCKSIZE:
        raise _make_damaged_error()


class _Guard:
    """A tar archive that limits how much tarfile reads at once, and stops it from rereading."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = 4 * size + 1_000_000  # bytes; each header is read about twice
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        self._left -= max(size, 1)
        if not 0 <= size <= MAX_READ or self._left < 0:
            raise _make_damaged_error()
        return self._file.read(size)

    def seek(self, at: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(at, whence)

    def tell(self) -> int:
        return self._file.tell()


def _measure(file: IO[bytes]) -> int:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


def _make_damaged_error() -> UnreadableError:
    return UnreadableError(_("The archive is damaged or incomplete."))
