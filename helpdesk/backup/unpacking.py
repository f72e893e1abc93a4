"""Unpack a backup next to the files of the installation, and check all of it before it is used."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from helpdesk.backup.errors import BackupError
from helpdesk.backup.layout import (
    FILES,
    HASH,
    LEDGER,
    MANIFEST,
    MAX_MANIFEST,
    PART,
    Manifest,
    check_name,
    read_manifest,
)
from helpdesk.backup.targets import CHUNK, Entries

DUMP = "database.dump"


@dataclass(slots=True)
class Unpacked:
    """An unpacked backup. files: hashes by the name in the storage."""

    folder: Path
    manifest: Manifest | None = None
    parts: int = 0
    files: dict[str, str] = field(default_factory=dict)

    @property
    def dump(self) -> Path:
        """The file of the database."""
        return self.folder / DUMP

    def get_file(self, name: str) -> Path:
        """Return where a file of the storage was unpacked to."""
        return self.folder / FILES / name


def unpack(entries: Entries, folder: Path) -> tuple[Unpacked, Manifest]:
    """Unpack all entries into an empty folder.

    Raises BackupError if anything is missing, too much, or other than the manifest says.
    """
    unpacked = Unpacked(folder)
    for given, content in entries:
        _unpack_entry(unpacked, check_name(given), content)
    if unpacked.manifest is None:
        raise BackupError("The backup is incomplete: it has no manifest.json, which comes last.")
    if not unpacked.parts or _hash(unpacked.dump) != unpacked.manifest.database_sha256:
        raise BackupError("The database in the backup was changed or is incomplete.")
    _check_files(unpacked, unpacked.manifest)
    return unpacked, unpacked.manifest


def _unpack_entry(unpacked: Unpacked, name: str, content: IO[bytes]) -> None:
    if name == MANIFEST:
        unpacked.manifest = read_manifest(content.read(MAX_MANIFEST))
    elif PART.fullmatch(name):
        unpacked.parts += 1
        if int(name.rpartition("/")[2]) != unpacked.parts:
            raise BackupError(f"Part {unpacked.parts} of the database is missing in the backup.")
        _copy(content, unpacked.dump, "ab")
    else:
        path = unpacked.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = _copy(content, path, "xb")
        if name != LEDGER:
            unpacked.files[name.removeprefix(FILES)] = digest


def _copy(content: IO[bytes], path: Path, mode: str) -> str:
    digest = hashlib.new(HASH)
    try:
        with path.open(mode) as file:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
    except FileExistsError as error:
        raise BackupError(f"The backup holds {path.name} twice. It was not restored.") from error
    return digest.hexdigest()


def _check_files(unpacked: Unpacked, manifest: Manifest) -> None:
    ledger = unpacked.folder / LEDGER
    if not ledger.exists() or _hash(ledger) != manifest.files_sha256:
        raise BackupError(f"{LEDGER} in the backup was changed or is missing.")
    lines = ledger.read_text("utf-8").splitlines()
    listed = {name.removeprefix(FILES): digest for digest, name in map(_split, lines)}
    wrong = sorted(
        name
        for name in listed.keys() | unpacked.files.keys()
        if listed.get(name) != unpacked.files.get(name)
    )
    if wrong:
        raise BackupError(
            f"{len(wrong)} files in the backup are missing, changed or not listed, first"
            f" {wrong[0]}."
        )


def _split(line: str) -> tuple[str, str]:
    digest, _, name = line.partition("  ")
    return digest, name


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, HASH).hexdigest()
