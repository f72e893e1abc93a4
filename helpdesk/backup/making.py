"""Make a backup while Plumbline is running.

The rows are those of one moment. Files only ever appear before the row that names them, so they are
copied after the rows. One that is erased meanwhile is listed as missing.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from django.core.files.storage import default_storage
from django.utils import timezone

from helpdesk.backup.errors import BackupError
from helpdesk.backup.layout import (
    DATABASE,
    FILES,
    FORMAT,
    HASH,
    LEDGER,
    MANIFEST,
    Manifest,
    fingerprint_key,
)
from helpdesk.backup.snapshot import (
    Direct,
    list_migrations,
    list_named_files,
    open_snapshot,
    read_one,
    sum_tables,
)
from helpdesk.backup.targets import Target, add_bytes
from helpdesk.backup.tools import build_environment, find_tools
from helpdesk.version import get_version

PART_BYTES = 8 * 1024 * 1024
OPTIONS = [
    "--format=custom",
    "--enable-row-security",
    "--exclude-extension=*",
    "--lock-wait-timeout=60s",
]


class _Hashing:
    """Reads a stream and hashes what was read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.new(HASH)

    def read(self, size: int = -1) -> bytes:
        chunk = self.stream.read(size)
        self.digest.update(chunk)
        return chunk


def make_backup(target: Target) -> Manifest:
    """Write database, files and manifest. Raises BackupError; the backup is then incomplete."""
    with open_snapshot() as direct:
        version = direct.info.server_version // 10_000
        migrations, login = list_migrations(direct), str(read_one(direct, "SELECT current_user"))
        database = _add_database(target, direct, version)
        tables = sum_tables(direct)
        listed = _add_files(target, list_named_files(direct))
        manifest = Manifest(
            format=FORMAT,
            version=get_version(),
            made_at=timezone.now().isoformat(timespec="seconds"),
            database_version=version,
            login=login,
            key=fingerprint_key(),
            migrations=migrations,
            tables=tables,
            database_sha256=database,
            **listed,
        )
    add_bytes(target, MANIFEST, manifest.write())
    return manifest


def _add_database(target: Target, direct: Direct, version: int) -> str:
    """Write the dump in parts, and return the hash of them all."""
    snapshot = read_one(direct, "SELECT pg_export_snapshot()")
    program = [find_tools(version) / "pg_dump", *OPTIONS, f"--snapshot={snapshot}"]
    digest = hashlib.new(HASH)
    with _run(program) as output:
        number = 0
        while part := output.read(PART_BYTES):
            number += 1
            digest.update(part)
            add_bytes(target, f"{DATABASE}{number:06}", part)
    return digest.hexdigest()


@contextmanager
def _run(program: list[Any]) -> Iterator[IO[bytes]]:
    """Run pg_dump, and yield its output. Raises BackupError with its words if it fails."""
    with tempfile.TemporaryFile() as errors:
        running = subprocess.Popen(  # noqa: S603 (no input from outside)
            program, stdout=subprocess.PIPE, stderr=errors, env=build_environment()
        )
        with running, ExitStack() as unless_read:
            unless_read.callback(running.kill)
            with running.stdout as output:  # type: ignore[union-attr]  # a pipe
                yield output
            unless_read.pop_all()
        if running.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
            raise BackupError(f"pg_dump failed: {said[:500]}")


def _add_files(target: Target, names: Iterator[str]) -> dict[str, Any]:
    """Write files and their ledger. Return what the manifest says about them."""
    missing: list[str] = []
    count = 0
    with tempfile.TemporaryFile() as ledger:
        for name in names:
            if line := _add_file(target, name):
                ledger.write(line)
                count += 1
            else:
                missing.append(name)
        size = ledger.tell()
        ledger.seek(0)
        reading: Any = _Hashing(ledger)
        target.add(LEDGER, reading, size)
    return {
        "files": count,
        "files_sha256": reading.digest.hexdigest(),
        "missing_files": missing,
    }


def _add_file(target: Target, name: str) -> bytes:
    """Write a file and return its line of the ledger, or b"" if it is missing."""
    try:
        with default_storage.open(name) as stored:
            reading: Any = _Hashing(stored)
            target.add(FILES + name, reading, stored.size)
    except FileNotFoundError:
        return b""
    return f"{reading.digest.hexdigest()}  {FILES}{name}\n".encode()
