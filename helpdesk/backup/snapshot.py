"""What the database holds at one moment: its tables with checksums, and the files rows refer to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.apps import apps
from django.db.models import FileField
from psycopg import sql

from accounts.tenancy import SYSTEM_ROLE
from helpdesk.backup.errors import BackupError
from helpdesk.doctor.database import connect, explain_failure

Direct = psycopg.Connection[Any]

LIST_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
# Tables whose rows the login can't all see: no policy shows them to a role that it inherits.
LIST_HIDDEN = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND row_security_active(oid)
  AND NOT EXISTS (
    SELECT FROM pg_policy, unnest(polroles) AS named
    WHERE polrelid = pg_class.oid AND polpermissive AND polcmd IN ('r', '*')
      AND pg_get_expr(polqual, polrelid) = 'true' AND pg_has_role(named, 'USAGE')
  )
ORDER BY relname
"""
# The texts that rows are compared by depend on these.
PLAIN_TEXTS = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL bytea_output = 'hex';"
    " SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1;"
    " SET LOCAL search_path = ''"
)
COUNT_AND_SUM = (
    "SELECT count(*)::text || ' ' ||"
    " coalesce(sum(('x' || left(md5(whole_row::text), 15))::bit(60)::bigint), 0)::text"
    " FROM public.{table} AS whole_row"
)
# Files whose names are in a column of text.
NAMED_FILES = {("accounts_desk", "logo")}


@contextmanager
def open_snapshot() -> Iterator[Direct]:
    """Open a transaction that sees the database of one moment and changes nothing."""
    if reason := explain_failure():
        raise BackupError(reason)
    with connect() as direct, direct.transaction():
        direct.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        hidden = direct.execute(LIST_HIDDEN).fetchall()
        if hidden:
            raise BackupError(
                f"The role of DATABASE_URL can't see all rows of {hidden[0][0]}. As an"
                f" administrator: GRANT {SYSTEM_ROLE} TO it WITH INHERIT TRUE."
            )
        yield direct


def sum_tables(direct: Direct) -> dict[str, str]:
    """Return the number of rows and a checksum of each table."""
    names = [name for (name,) in direct.execute(LIST_TABLES).fetchall()]
    with direct.transaction(force_rollback=True):
        direct.execute(PLAIN_TEXTS)
        return {name: read_one(direct, build_sum(name)) for name in names}


def build_sum(table: str) -> sql.Composed:
    """Return the query for the number of rows and the checksum of a table."""
    return sql.SQL(COUNT_AND_SUM).format(table=sql.Identifier(table))


def read_one(direct: Direct, query: Any) -> Any:
    """Return the first value of a query's only row."""
    row = direct.execute(query).fetchone()
    return row[0] if row else None


def list_migrations(direct: Direct) -> list[str]:
    """Return the migrations that the database has, or raise BackupError if it has none."""
    if read_one(direct, "SELECT to_regclass('public.django_migrations')") is None:
        raise BackupError("This database is empty. There is nothing to back up.")
    query = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
    return [name for (name,) in direct.execute(query).fetchall()]


def list_named_files(direct: Direct) -> Iterator[str]:
    """Yield the names of all files that rows refer to, in order and each once."""
    columns = sql.SQL(" UNION ").join(
        sql.SQL("SELECT {column} AS name FROM {table} WHERE {column} <> ''").format(
            column=sql.Identifier(column), table=sql.Identifier(table)
        )
        for table, column in sorted(list_file_columns())
    )
    with direct.cursor(name="files") as cursor:
        for (name,) in cursor.execute(sql.SQL("{} ORDER BY name").format(columns)):
            yield str(name)


def list_file_columns() -> set[tuple[str, str]]:
    """Return table and column of everything that names files."""
    found = {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField)
    }
    return found | NAMED_FILES
