"""Restore the database in one transaction of psql, or leave it as it was."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

from psycopg import sql

from accounts.tenancy import APP_ROLE, SYSTEM_ROLE
from helpdesk.backup.errors import BackupError
from helpdesk.backup.layout import Manifest
from helpdesk.backup.snapshot import PLAIN_TEXTS, Direct, build_sum, read_one
from helpdesk.backup.tools import build_environment

FIND_ANYTHING = """
SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    OR EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
"""
# What extensions brought along stays.
EMPTY = """
SET LOCAL lock_timeout = '30s';
DO $empty$
DECLARE found record;
BEGIN
  FOR found IN SELECT oid::regclass AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
  LOOP EXECUTE format('DROP TABLE %s CASCADE', found.name); END LOOP;
  FOR found IN SELECT oid::regclass AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
  LOOP EXECUTE format('DROP SEQUENCE %s CASCADE', found.name); END LOOP;
  FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP EXECUTE format('DROP ROUTINE %s CASCADE', found.name); END LOOP;
END $empty$;
"""
# So that tables get the rights of the dump and no others; it sets these anew at its end.
NO_DEFAULT_RIGHTS = f"""
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {APP_ROLE}, {SYSTEM_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {APP_ROLE}, {SYSTEM_ROLE};
GRANT CREATE ON SCHEMA public TO {SYSTEM_ROLE};
"""
# The functions that the system role owns are restored by now.
TAKE_BACK = f"REVOKE CREATE ON SCHEMA public FROM {SYSTEM_ROLE};"
COMPARE = """
DO $compare$
BEGIN
  IF ({query}) <> {expected} THEN
    RAISE EXCEPTION USING MESSAGE = {message};
  END IF;
END $compare$;
"""
# pg_restore turns row-level security into an error; the policies show the owner all rows.
COMPARABLE = f"SET LOCAL row_security = on; {PLAIN_TEXTS};"
ERROR = "ERROR:  "


def is_empty(direct: Direct) -> bool:
    """Return True if the database has no tables and no functions."""
    return not read_one(direct, FIND_ANYTHING)


def restore_database(dump: Path, manifest: Manifest, tools: Path, *, replaces: bool) -> None:
    """Restore a dump and compare all tables with the manifest. Raises BackupError, all undone."""
    psql: list[Any] = [
        tools / "psql",
        "--no-psqlrc",
        "--quiet",
        "--output=/dev/null",
        "-vON_ERROR_STOP=1",
    ]
    with tempfile.TemporaryFile() as errors:
        running = subprocess.Popen(  # noqa: S603 (no input from outside)
            [*psql, "--file=-"], stdin=subprocess.PIPE, stderr=errors, env=build_environment()
        )
        with ExitStack() as unless_sent:
            unless_sent.callback(running.kill)  # before it could commit
            with suppress(BrokenPipeError):  # psql has ended, and says why
                _send(running.stdin, dump, manifest, tools, replaces=replaces)
            unless_sent.pop_all()
        if running.wait():
            errors.seek(0)
            raise BackupError(f"The database was left as it was. {_explain(errors.read())}")


def _send(pipe: Any, dump: Path, manifest: Manifest, tools: Path, *, replaces: bool) -> None:
    with pipe:
        pipe.write(f"BEGIN;\n{EMPTY if replaces else ''}{NO_DEFAULT_RIGHTS}".encode())
        _send_dump(pipe, dump, tools)
        pipe.write(f"\n{COMPARABLE}\n{TAKE_BACK}\n".encode())
        for table, expected in manifest.tables.items():
            message = f"{table} has other rows than in the backup."
            query = sql.SQL(COMPARE).format(
                query=build_sum(table), expected=sql.Literal(expected), message=sql.Literal(message)
            )
            pipe.write(query.as_bytes())
        pipe.write(b"COMMIT;\n")


def _send_dump(pipe: IO[bytes], dump: Path, tools: Path) -> None:
    """Turn the dump into SQL. Raises BackupError if it is damaged, before anything is committed."""
    program: list[Any] = [tools / "pg_restore", "--file=-", dump]
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=errors) as reading:  # noqa: S603
            shutil.copyfileobj(reading.stdout, pipe)  # type: ignore[arg-type]  # a pipe
        if reading.returncode:
            errors.seek(0)
            raise BackupError(f"pg_restore failed: {_explain(errors.read())}")


def _explain(said: bytes) -> str:
    """Return the first error that a program reported, without the statements around it."""
    lines = said.decode(errors="replace").splitlines()
    found = [line.partition(ERROR)[2] for line in lines if ERROR in line] or lines
    return found[0][:500] if found else "The program said no more."
