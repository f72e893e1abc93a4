"""Prepare for the web server: migrations, demo data, static files. Skip what is up to date."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from helpdesk.catalogs import compile_catalogs, write_pseudo_locales
from helpdesk.supervisor.children import Child, rotate_log, stop_all
from helpdesk.supervisor.config import BASE_DIR, Config
from helpdesk.supervisor.errors import StartupError
from helpdesk.supervisor.patience import Patience
from helpdesk.supervisor.terminal import echo

POLL_INTERVAL = 0.05  # seconds
STEPS = {
    "migrate": "creating the tables",
    "fill_demo": "filling two desks",
    "collectstatic": "collecting static files",
}


@dataclass(frozen=True)
class Fingerprint:
    """Fingerprint of a prepared database: digests of the code and of the demo's location."""

    code: str
    location: str


def prepare(config: Config, database_url: str) -> None:
    """Migrate, fill the demo and collect static files in parallel, as far as needed.

    Raise StartupError with the end of the log if a command fails.
    """
    prepare_catalogs(config)
    wanted, static = _compute_fingerprint(config), _compute_static_digest()
    noted = _read_note(database_url) if config.has_own_database else None
    chains = [_list_database_commands(config, noted, wanted)]
    marker = config.static / ".made-of"
    if not marker.exists() or marker.read_text() != static:
        chains.append([_manage(config, "collectstatic", "--noinput")])
    if chains[0]:
        echo("Preparing the database ...")
    _run_in_parallel([chain for chain in chains if chain])
    marker.write_text(static)
    if config.has_own_database and noted != wanted:
        _write_note(database_url, wanted)


def prepare_catalogs(config: Config) -> None:
    """Compile the translation catalogs, and write pseudo-locales if PSEUDO_LOCALES is set."""
    compile_catalogs()
    if os.environ.get("PSEUDO_LOCALES", "").lower() in {"1", "true", "yes", "on"}:
        write_pseudo_locales(config.data_dir / "pseudo-locales")


def _list_database_commands(
    config: Config, noted: Fingerprint | None, wanted: Fingerprint
) -> list[Child]:
    migrate, fill = _manage(config, "migrate", "--noinput"), _manage(config, "fill_demo")
    if noted is None or noted.code != wanted.code:
        return [migrate, fill]
    has_facts = (config.data_dir / "demo.json").exists()
    return [] if noted.location == wanted.location and has_facts else [fill]


def _read_note(database_url: str) -> Fingerprint | None:
    """Return the fingerprint stored with the database, or None if it or the desks are missing."""
    query = (
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = current_database()"
    )
    with psycopg.connect(database_url) as connection:
        [note] = connection.execute(query).fetchone() or [None]
        if (
            note is None
            or connection.execute("SELECT FROM accounts_desk LIMIT 1").fetchone() is None
        ):
            return None
    code, _, location = note.partition(" ")
    return Fingerprint(code, location)


def _write_note(database_url: str, prepared: Fingerprint) -> None:
    """Store the fingerprint as a comment on the database, so that it is dropped with it."""
    note = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
        sql.Identifier(database_url.rpartition("/")[2]),
        sql.Literal(f"{prepared.code} {prepared.location}"),
    )
    with psycopg.connect(database_url) as connection:
        connection.execute(note)


def _manage(config: Config, *arguments: str) -> Child:
    command = [sys.executable, str(BASE_DIR / "manage.py"), *arguments]
    return Child(arguments[0], command, config.logs / f"{arguments[0]}.log", BASE_DIR)


def _run_in_parallel(chains: list[list[Child]]) -> None:
    """Run the commands of each chain one after the other, and the chains in parallel."""
    patience = Patience(echo)
    try:
        for chain in chains:
            _start(chain[0])
        while chains := [chain for chain in chains if _advance(chain)]:
            slow = chains[0][0]
            if patience.is_over(STEPS.get(slow.name, slow.name)):
                raise StartupError(f"{slow.name} does not go on. See {slow.log}")
            time.sleep(POLL_INTERVAL)
    finally:
        stop_all([child for chain in chains for child in chain], timeout=5)


def _start(child: Child) -> None:
    rotate_log(child.log)
    child.start()


def _advance(chain: list[Child]) -> bool:
    """Start a chain's next command once the first has succeeded. Return False at its end."""
    current = chain[0]
    code = current.get_exit_code()
    if code:
        raise StartupError(
            f"{current.name} failed. Last lines of {current.log}:\n{current.read_log_tail()}"
        )
    if code == 0:
        chain.pop(0)
        if chain:
            _start(chain[0])
    return bool(chain)


def _compute_fingerprint(config: Config) -> Fingerprint:
    code = [
        *BASE_DIR.glob("*/migrations/*.py"),
        *BASE_DIR.glob("helpdesk/demo/**/*"),
        BASE_DIR / "uv.lock",
    ]
    location = [config.site_url, str(config.data_dir), os.environ["INBOUND_SECRET"]]
    return Fingerprint(_digest(code, []), _digest([], location))


def _compute_static_digest() -> str:
    return _digest([*BASE_DIR.glob("helpdesk/static/**/*"), BASE_DIR / "uv.lock"], [sys.prefix])


def _digest(files: Iterable[Path], texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file() and path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(BASE_DIR)}\0".encode() + path.read_bytes())
    digest.update("\0".join(texts).encode())
    return digest.hexdigest()
