"""Where a backup is written to and read from: a folder, or a tar stream."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Protocol

from helpdesk.backup.bucket import download, is_bucket_url
from helpdesk.backup.errors import BackupError
from helpdesk.files.errors import BucketError

CHUNK = 1024 * 1024  # bytes
MODE = 0o600

Entries = Iterator[tuple[str, IO[bytes]]]


class Target(Protocol):
    """Takes entries, one after another."""

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Write an entry of exactly this many bytes. Raises BackupError if there are fewer."""


class FolderTarget:
    """A new or empty folder, closed to other users."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BackupError(f"{folder} is not empty. Name a new folder.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        path = self.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "xb", opener=_open_closed) as file:
            left = size
            while left and (chunk := content.read(min(CHUNK, left))):
                left -= file.write(chunk)
            if left:
                raise BackupError(f"{name} became shorter while it was read. Run the backup again.")
            os.fsync(file.fileno())


class TarTarget:
    """An uncompressed tar stream. Nothing is kept on disk."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.tar = tarfile.TarFile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, MODE
        try:
            self.tar.addfile(entry, content)
        except OSError as error:
            if error.errno or isinstance(error, BucketError):  # of the stream
                raise
            raise BackupError(f"{name} became shorter while it was read.") from error

    def close(self) -> None:
        """Write the end of the archive."""
        self.tar.close()


def add_bytes(target: Target, name: str, content: bytes) -> None:
    """Write an entry from memory."""
    target.add(name, io.BytesIO(content), len(content))


@contextmanager
def read_entries(source: str, stdin: IO[bytes]) -> Iterator[Entries]:
    """Read a backup from a folder or a tar archive, which may be compressed.

    source: a path, "-" for standard input, or the s3:// URL of an archive in a bucket.
    """
    if source != "-" and Path(source).is_dir():
        yield _read_folder(Path(source))
        return
    try:
        with (
            _open_stream(source, stdin) as stream,
            tarfile.open(fileobj=stream, mode="r|*") as tar,
        ):
            yield _read_tar(tar)
    except (tarfile.TarError, EOFError) as error:
        raise BackupError("The backup is incomplete or is no tar archive.") from error


def _open_stream(source: str, stdin: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    if is_bucket_url(source):
        return download(source)
    return nullcontext(stdin) if source == "-" else Path(source).open("rb")


def _read_folder(folder: Path) -> Entries:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BackupError(f"{path} is neither a file nor a folder. It was not restored.")
        if path.is_file():
            with path.open("rb") as content:
                yield path.relative_to(folder).as_posix(), content


def _read_tar(tar: tarfile.TarFile) -> Entries:
    for entry in tar:
        if entry.isdir():
            continue
        content = tar.extractfile(entry) if entry.isreg() else None
        if content is None:
            raise BackupError(f"The backup holds {entry.name!r}, which is no file.")
        yield entry.name.removeprefix("./"), content


def _open_closed(path: str, flags: int) -> int:
    return os.open(path, flags, MODE)
