"""What must be done before the web may answer: migrations, demo data, static files; and when it need not be."""

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
from helpdesk.supervisor.children import Child, start_afresh, stop
from helpdesk.supervisor.place import BASE_DIR, Place
from helpdesk.supervisor.refusal import Refusal
from helpdesk.supervisor.terminal import say

LOOK_EVERY = 0.05  # seconds
PATIENCE = 900.0  # seconds


@dataclass(frozen=True)
class Prepared:
    """What a database was prepared by: a digest of the code, and one of where it runs."""

    code: str
    where: str


def prepare(place: Place, database_url: str) -> None:
    """Migrate, fill and collect, as far as needed, side by side; Refusal with the end of the log on failure."""
    prepare_catalogs(place)
    wanted, static = _wanted(place), _static_fingerprint()
    noted = _read_note(database_url) if place.has_own_database else None
    lines = [_database_commands(place, noted, wanted)]
    mark = place.static / ".made-of"
    if not mark.exists() or mark.read_text() != static:
        lines.append([_manage(place, "collectstatic", "--noinput")])
    if lines[0]:
        say("Preparing the database ...")
    _run_side_by_side([line for line in lines if line])
    mark.write_text(static)
    if place.has_own_database and noted != wanted:
        _write_note(database_url, wanted)


def prepare_catalogs(place: Place) -> None:
    """Compile the translation catalogs, and make the pseudo-locales if PSEUDO_LOCALES asks for them."""
    compile_catalogs()
    if os.environ.get("PSEUDO_LOCALES", "").lower() in {"1", "true", "yes", "on"}:
        write_pseudo_locales(place.data_dir / "pseudo-locales")


def _database_commands(place: Place, noted: Prepared | None, wanted: Prepared) -> list[Child]:
    migrate, fill = _manage(place, "migrate", "--noinput"), _manage(place, "fill_demo")
    if noted is None or noted.code != wanted.code:
        return [migrate, fill]
    has_facts = (place.data_dir / "demo.json").exists()
    return [] if noted.where == wanted.where and has_facts else [fill]


def _read_note(database_url: str) -> Prepared | None:
    """The note on the embedded database; None when there is none, or when its desks are gone since."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    with psycopg.connect(database_url) as connection:
        [note] = connection.execute(query).fetchone() or [None]
        if (
            note is None
            or connection.execute("SELECT FROM accounts_desk LIMIT 1").fetchone() is None
        ):
            return None
    code, _, where = note.partition(" ")
    return Prepared(code, where)


def _write_note(database_url: str, prepared: Prepared) -> None:
    """At the database itself, so that the note goes where the database goes."""
    note = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
        sql.Identifier(database_url.rpartition("/")[2]),
        sql.Literal(f"{prepared.code} {prepared.where}"),
    )
    with psycopg.connect(database_url) as connection:
        connection.execute(note)


def _manage(place: Place, *words: str) -> Child:
    command = [sys.executable, str(BASE_DIR / "manage.py"), *words]
    return Child(words[0], command, place.logs / f"{words[0]}.log", BASE_DIR)


def _run_side_by_side(lines: list[list[Child]]) -> None:
    """Run each line of commands one after the other, and the lines at once."""
    deadline = time.monotonic() + PATIENCE
    try:
        for line in lines:
            _start(line[0])
        while lines := [line for line in lines if _advance(line)]:
            if time.monotonic() > deadline:
                raise Refusal(f"{lines[0][0].name} takes too long; its log: {lines[0][0].log}")
            time.sleep(LOOK_EVERY)
    finally:
        stop([child for line in lines for child in line], patience=5)


def _start(child: Child) -> None:
    start_afresh(child.log)
    child.start()


def _advance(line: list[Child]) -> bool:
    """Start the next command of a line when its first has ended well; gives whether there is more to do."""
    code = line[0].exit_code()
    if code:
        raise Refusal(
            f"{line[0].name} failed; the end of its log {line[0].log}:\n{line[0].last_lines()}"
        )
    if code == 0:
        line.pop(0)
        if line:
            _start(line[0])
    return bool(line)


def _wanted(place: Place) -> Prepared:
    code = [
        *BASE_DIR.glob("*/migrations/*.py"),
        *BASE_DIR.glob("helpdesk/demo/**/*"),
        BASE_DIR / "uv.lock",
    ]
    where = [place.site_url, str(place.data_dir), os.environ["INBOUND_SECRET"]]
    return Prepared(_digest(code, []), _digest([], where))


def _static_fingerprint() -> str:
    return _digest([*BASE_DIR.glob("helpdesk/static/**/*"), BASE_DIR / "uv.lock"], [sys.prefix])


def _digest(files: Iterable[Path], words: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file() and path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(BASE_DIR)}\0".encode() + path.read_bytes())
    digest.update("\0".join(words).encode())
    return digest.hexdigest()
