"""Servers of a benchmark: embedded PostgreSQL and Valkey in a temporary folder, and granian."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import django
import psycopg
from django.core.management import call_command

from helpdesk.supervisor.embedded import SUPERUSER, EmbeddedPostgres, EmbeddedValkey, find_free_port

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "bench"
# Typical settings of a small server.
SETTINGS = {
    "shared_buffers": "1GB",
    "jit": "off",
    "random_page_cost": "1.1",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "effective_cache_size": "4GB",
}


@dataclass
class Servers:
    """The benchmark's servers. superuser() bypasses the wall, for the loader and for EXPLAIN."""

    folder: Path
    postgres: EmbeddedPostgres
    port: int

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.postgres.socket_folder), user=SUPERUSER, dbname=DATABASE, autocommit=True
        )

    def serve(self) -> None:
        """Start the web server as in production with one worker, and wait until it responds."""
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asginl",
            "--no-ws",
            "--host",
            "127.0.0.1",
        ]
        command += ["--port", str(self.port), "--workers", "1", "--log-level", "warning"]
        server = subprocess.Popen([*command, "bench.asgi:application"], cwd=ROOT)
        atexit.register(server.wait)
        atexit.register(server.terminate)
        for _ in range(150):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bare/", timeout=5)
                return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("The web server did not start.")


def prepare() -> Servers:
    """Start PostgreSQL and Valkey, set up Django, migrate, and collect static files."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    postgres = EmbeddedPostgres(folder / "postgres", settings=SETTINGS)
    atexit.register(postgres.stop)
    valkey = EmbeddedValkey(folder / "valkey")
    atexit.register(valkey.stop)
    servers = Servers(folder, postgres, find_free_port())
    for name in ("EMAIL_URL", "EMAIL_PROVIDER", "BEHIND_HTTPS", "SITE_URL"):
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="bench.settings",
        PLUMBLINE_MODE="demo",
        SECRET_KEY="insecure, for the benchmark only " + "k" * 50,
        DATABASE_URL=postgres.create_database(DATABASE),
        REDIS_URL=valkey.url,
        DATA_DIR=str(folder / "data"),
        STATIC_ROOT=str(folder / "static"),
        ALLOWED_HOSTS="127.0.0.1",
        PORT=str(servers.port),
        INBOUND_SECRET="bench",
        LOG_LEVEL="WARNING",
        PYTHONPATH=str(ROOT),
    )
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
    return servers
