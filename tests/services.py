"""Pytest plugin that starts PostgreSQL and Valkey. It must load before Django's settings.

The main process starts both in a temporary folder and passes their URLs to the workers of
pytest-xdist in the environment. DATABASE_URL and REDIS_URL, if set, are used instead.
"""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from helpdesk.catalogs import compile_catalogs, write_pseudo_locales
from helpdesk.supervisor.embedded import LOGIN, SUPERUSER, EmbeddedPostgres, EmbeddedValkey

# The data is thrown away after the tests, so there is no reason to wait for the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


def start_services() -> None:
    """Start both servers and put their URLs into the environment."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-tests-"))
    folder.chmod(0o755)
    postgres = EmbeddedPostgres(folder / "postgres", settings=FAST)
    valkey = EmbeddedValkey(folder / "valkey")
    os.environ["DATABASE_URL"] = postgres.create_database("plumbline")
    _let_login_skip_triggers(postgres)
    os.environ["REDIS_URL"] = valkey.url
    os.environ["DATA_DIR"] = str(folder / "data")
    (folder / "data" / "static").mkdir(parents=True)
    compile_catalogs()
    write_pseudo_locales(folder / "data" / "pseudo-locales")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(postgres.stop)
    atexit.register(valkey.stop)


def _let_login_skip_triggers(postgres: EmbeddedPostgres) -> None:
    """Allow emptying tables without triggers and checks of keys (tests/databases.py)."""
    with psycopg.connect(
        host=str(postgres.socket_folder), user=SUPERUSER, dbname="postgres", autocommit=True
    ) as superuser:
        superuser.execute(f"GRANT SET ON PARAMETER session_replication_role TO {LOGIN}")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Never look for garbage among the modules and the thousands of tests, which all stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


# Otherwise, each process that a test starts compiles all modules, which takes half its time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PLUMBLINE_MODE"] = "test"
os.environ.setdefault("SECRET_KEY", "tests-only-" + "k" * 50)
os.environ.setdefault("INBOUND_SECRET", "inbound-secret-of-the-tests")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("BEHIND_HTTPS", "false")


def use_own_redis_database() -> None:
    """Give each worker of pytest-xdist its own Valkey database, as it has its own in PostgreSQL."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        server, _, _ = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{int(worker.removeprefix('gw')) + 1}"


if not ("DATABASE_URL" in os.environ and "REDIS_URL" in os.environ):
    start_services()
use_own_redis_database()
