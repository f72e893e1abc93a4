"""What must be done before the web may answer: migrations, demo data, static files; and when it need not be."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql

from helpdesk.supervisor.children import Child, start_afresh, stop
from helpdesk.supervisor.place import BASE_DIR, Place
from helpdesk.supervisor.refusal import Refusal

STATIC_MARK = BASE_DIR / "staticfiles" / ".made-of"
LOOK_EVERY = 0.05  # seconds
PATIENCE = 900.0  # seconds


def prepare(place: Place, is_prepared: bool) -> None:
    """Migrate, fill and collect, as far as needed, side by side; Refusal with the end of the log on failure."""
    static = _static_fingerprint()
    lines: list[list[Child]] = []
    if not is_prepared:
        lines.append([_manage(place, "migrate", "--noinput"), _manage(place, "fill_demo")])
    if not STATIC_MARK.exists() or STATIC_MARK.read_text() != static:
        lines.append([_manage(place, "collectstatic", "--noinput", "--clear")])
    _run_side_by_side(lines)
    STATIC_MARK.write_text(static)


def is_prepared(place: Place, database_url: str) -> bool:
    """Whether the embedded database was prepared by this very code for this very address, and is filled still."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    with psycopg.connect(database_url) as connection:
        [noted] = connection.execute(query).fetchone() or [None]
    return noted == _fingerprint(place) and (place.data_dir / "demo.json").exists()


def note_prepared(place: Place, database_url: str) -> None:
    """Note it at the database itself, so that the note goes where the database goes."""
    name = sql.Identifier(database_url.rpartition("/")[2])
    with psycopg.connect(database_url) as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(_fingerprint(place)))
        )


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
        raise Refusal(f"{line[0].name} failed; the end of its log {line[0].log}:\n{line[0].last_lines()}")
    if code == 0:
        line.pop(0)
        if line:
            _start(line[0])
    return bool(line)


def _fingerprint(place: Place) -> str:
    code = [
        *BASE_DIR.glob("*/migrations/*.py"),
        *BASE_DIR.glob("helpdesk/demo/**/*.py"),
        BASE_DIR / "uv.lock",
    ]
    where = [place.site_url, str(place.data_dir), os.environ["INBOUND_SECRET"], os.environ["SECRET_KEY"]]
    return _digest(code, where)


def _static_fingerprint() -> str:
    return _digest([*BASE_DIR.glob("helpdesk/static/**/*"), BASE_DIR / "uv.lock"], [sys.prefix])


def _digest(files: Iterable[Path], words: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"{path.relative_to(BASE_DIR)}\0".encode() + path.read_bytes())
    digest.update("\0".join(words).encode())
    return digest.hexdigest()
