"""Restore a backup: all of it or nothing.

The archive is unpacked and checked first. Then the files are put in place, which is harmless
without rows. Then one transaction empties the database if that was asked for, restores all tables
and compares their rows with the manifest.
"""

from __future__ import annotations

import filecmp
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.migrations.loader import MigrationLoader

from accounts.wall import CREATE_LOGIN_ROLES
from helpdesk.backup.database import is_empty, restore_database
from helpdesk.backup.errors import BackupError
from helpdesk.backup.layout import Manifest, list_fingerprints
from helpdesk.backup.snapshot import read_one
from helpdesk.backup.targets import read_entries
from helpdesk.backup.tools import find_tools
from helpdesk.backup.unpacking import Unpacked, unpack
from helpdesk.doctor.database import connect, explain_failure


def restore_backup(
    source: str, stdin: IO[bytes], *, replace: str = "", accept_other_key: bool = False
) -> Manifest:
    """Restore a backup into the database of DATABASE_URL and the storage of the settings.

    replace: the database's name, to replace what is in it. Raises BackupError, having changed
    nothing.
    """
    if reason := explain_failure():
        raise BackupError(reason)
    with connect() as direct:
        tools = find_tools(direct.info.server_version // 10_000)
        has_rows = not is_empty(direct)
        name = str(read_one(direct, "SELECT current_database()"))
        login = str(read_one(direct, "SELECT current_user"))
        _check_target(name, replace, has_rows=has_rows)
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="restore-") as folder,
        read_entries(source, stdin) as entries,
    ):
        unpacked, manifest = unpack(entries, Path(folder))
        _check_manifest(manifest, login, accept_other_key=accept_other_key)
        with connect() as direct:
            direct.execute(CREATE_LOGIN_ROLES)
        with _place_files(unpacked):
            restore_database(unpacked.dump, manifest, tools, replaces=has_rows)
    return manifest


def _check_target(name: str, replace: str, *, has_rows: bool) -> None:
    if replace and replace != name:
        raise BackupError(f"DATABASE_URL names the database {name}, not {replace}.")
    if has_rows and not replace:
        raise BackupError(
            f"The database {name} is not empty. To delete all of it and restore the backup, stop"
            f" web, workers and beat, then run this again with --replace {name}."
        )


def _check_manifest(manifest: Manifest, login: str, *, accept_other_key: bool) -> None:
    if manifest.login != login:
        raise BackupError(
            f"The tables of this backup belong to the role {manifest.login}, and DATABASE_URL signs"
            f" in as {login}. Create the role {manifest.login} and use it."
        )
    if manifest.key not in list_fingerprints() and not accept_other_key:
        raise BackupError(
            "SECRET_KEY is another one than when this backup was made, so stored secrets could not"
            " be read. List the former key in SECRET_KEY_FALLBACKS, or add --accept-other-key."
        )
    own = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - own):
        raise BackupError(
            f"Plumbline {manifest.version} made this backup, which has {len(unknown)} migrations"
            f" that this version lacks, such as {unknown[0]}. Restore it with that version."
        )


@contextmanager
def _place_files(unpacked: Unpacked) -> Iterator[None]:
    """Put all files into the storage, and remove those added again if the block fails."""
    differing = [name for name in unpacked.files if _differs(unpacked.get_file(name), name)]
    if differing:
        raise BackupError(
            f"{len(differing)} files of the storage have other content than in the backup, first"
            f" {differing[0]}. Move them away, then restore."
        )
    with ExitStack() as unless_restored:
        for name in unpacked.files:
            if not default_storage.exists(name):
                with unpacked.get_file(name).open("rb") as content:
                    saved = default_storage.save(name, File(content))
                unless_restored.callback(default_storage.delete, saved)
                if saved != name:
                    raise BackupError(f"The storage doesn't accept the file name {name}.")
        yield
        unless_restored.pop_all()


def _differs(unpacked: Path, name: str) -> bool:
    """Return True if the storage has another file under this name."""
    if not default_storage.exists(name):
        return False
    with default_storage.open(name) as stored, unpacked.open("rb") as content:
        if stored.size != unpacked.stat().st_size:
            return True
        while chunk := stored.read(filecmp.BUFSIZE):
            if chunk != content.read(len(chunk)):
                return True
    return False
