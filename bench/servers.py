"""The benchmark's servers and the product's own processes, as the demo starts them.

PostgreSQL and Valkey are embedded. BENCH_DATA keeps their folder, so that a large load is made
once; by default it is temporary.
"""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import django
import psycopg
from celery import current_app
from django.core.management import call_command

from bench.cpu import get_cpu_seconds
from bench.smtp_sink import SmtpSink
from helpdesk.supervisor import processes
from helpdesk.supervisor.children import Child, stop_all
from helpdesk.supervisor.config import read_config
from helpdesk.supervisor.embedded import SUPERUSER, EmbeddedPostgres, EmbeddedValkey, find_free_port

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "bench"
IDLE_SHARE = 0.15  # of a core: the workers do nothing but wait
# Typical settings of a small server, and the module that counts statements and blocks.
SETTINGS = {
    "shared_buffers": "2GB",
    "jit": "off",
    "random_page_cost": "1.1",
    "work_mem": "16MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "effective_cache_size": "6GB",
    "max_connections": "200",
    "shared_preload_libraries": "pg_stat_statements",
}


@dataclass
class Servers:
    """PostgreSQL, Valkey, an SMTP server that plays the world outside, and the product."""

    folder: Path
    postgres: EmbeddedPostgres
    port: int
    sink: SmtpSink
    web: Child | None = None
    workers: list[Child] = field(default_factory=list)

    def superuser(self) -> psycopg.Connection:
        """Return a connection that bypasses row-level security, for the loader and for EXPLAIN."""
        return psycopg.connect(
            host=str(self.postgres.socket_folder), user=SUPERUSER, dbname=DATABASE, autocommit=True
        )

    def serve(self) -> None:
        """Start the web server with one process, and wait until it responds."""
        if self.web is not None:
            return
        self.web = processes.web(read_config())
        self.web.command[self.web.command.index("--workers") + 1] = "1"
        application = self.web.command.index("helpdesk.asgi:application")
        self.web.command[application] = "bench.asgi:application"
        self._start(self.web)
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bare/", timeout=5)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"The web server did not start. See {self.web.log}")

    @contextmanager
    def working(self) -> Iterator[None]:
        """Run the workers and the scheduler inside, from when they are ready and idle."""
        config = read_config()
        self.workers = [*processes.workers(config), processes.beat(config)]
        for child in self.workers:
            self._start(child)
        _wait_for_workers(len(self.workers) - 1)
        try:
            yield
        finally:
            stop_all(self.workers, timeout=15)
            self.workers = []

    def _start(self, child: Child) -> None:
        child.log.parent.mkdir(parents=True, exist_ok=True)
        child.start()
        atexit.register(stop_all, [child], timeout=10)


def _wait_for_workers(count: int) -> None:
    """Wait until all workers respond and what they do at the start is done."""
    for _ in range(60):
        if len(current_app.control.ping(timeout=2) or []) >= count:
            break
    else:
        raise SystemExit("The workers did not start.")
    seconds = get_cpu_seconds()
    for _ in range(30):
        time.sleep(1)
        before, seconds = seconds, get_cpu_seconds()
        if seconds - before < IDLE_SHARE:
            return


def prepare() -> Servers:
    """Start PostgreSQL and Valkey, set up Django, migrate, and collect static files."""
    servers = start()
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
    with servers.superuser() as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        db.execute("ALTER SYSTEM SET pg_stat_statements.track = 'none'")  # bench/statements.py
        db.execute("SELECT pg_reload_conf()")
    return servers


def start() -> Servers:
    """Start PostgreSQL and Valkey and set up Django, without changing the database."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # streams need one file each
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    folder = _make_folder()
    postgres = EmbeddedPostgres(folder / "postgres", settings=SETTINGS)
    atexit.register(postgres.stop)
    valkey = EmbeddedValkey(folder / "valkey")
    atexit.register(valkey.stop)
    servers = Servers(folder, postgres, find_free_port(), SmtpSink())
    os.environ.update(_make_environment(servers, postgres.create_database(DATABASE), valkey.url))
    for name in ("EMAIL_PROVIDER", "BEHIND_HTTPS", "SITE_URL"):
        os.environ.pop(name, None)
    django.setup()
    return servers


def _make_folder() -> Path:
    if kept := os.environ.get("BENCH_DATA"):
        Path(kept).mkdir(mode=0o755, exist_ok=True)
        return Path(kept)
    folder = Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _make_environment(servers: Servers, database_url: str, valkey_url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PLUMBLINE_MODE": "demo",
        "SECRET_KEY": "insecure, for the benchmark only " + "k" * 50,
        "DATABASE_URL": database_url,
        "REDIS_URL": valkey_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{servers.sink.port}",
        "DATA_DIR": str(servers.folder / "data"),
        "STATIC_ROOT": str(servers.folder / "static"),
        "ALLOWED_HOSTS": "127.0.0.1",
        "PORT": str(servers.port),
        "INBOUND_SECRET": "bench",
        "LOG_LEVEL": "WARNING",
        "MAX_STREAMS_PER_USER": "100000",  # one agent opens all streams
        "PYTHONPATH": str(ROOT),
    }
