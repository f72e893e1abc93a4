"""Databases of the tests: migrated once for all workers, and emptied without setting them up again.

Migrating takes half a minute, copying the result a moment. So does emptying, but not what Django
does after it: write the rows that describe the models.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from accounts.tenancy import OWNER_ROLE, SYSTEM_ROLE, owner_scope

TEMPLATE = "plumbline_template_"
KEPT = {"auth_permission", "django_content_type"}  # rows that describe the models
MAX_DELETED_BYTES = 8_000_000  # above, TRUNCATE is quicker and gives back the space
FIND_FILLED = """
SELECT relname, relforcerowsecurity, pg_relation_size(oid) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND (relname = ANY(%s) OR relispartition) AND pg_relation_size(oid) > 0
"""


def create_template() -> str:
    """Return the name of a migrated database to copy. The first worker that asks creates it.

    The name depends on the migrations. On a server that outlives the tests (DATABASE_URL), the
    next run finds it.
    """
    name = TEMPLATE + _hash_migrations()
    unfinished = sql.Identifier(f"{TEMPLATE}unfinished")
    with psycopg.connect(
        **connection.get_connection_params() | {"dbname": "postgres"}, autocommit=True
    ) as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE])
        found = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATE]
        ).fetchall()
        if (name,) in found:
            return name
        for (outdated,) in found:
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(outdated)))
        _migrate(f"{TEMPLATE}unfinished")
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        server.execute(rename.format(unfinished, sql.Identifier(name)))
    return name


def _hash_migrations() -> str:
    loaded = MigrationLoader(None).disk_migrations.values()
    files = {Path(inspect.getfile(type(migration))) for migration in loaded}
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _migrate(name: str) -> None:
    """Create a database as Django creates that of the tests."""
    names, before = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(names, "NAME", name)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = before


def empty_tables(case: object = None) -> None:
    """Empty all tables after a test that commits, in place of Django's flush.

    TRUNCATE renews the files of a thousand tables and indexes, whether they hold a row or not. So
    few rows are deleted, with neither triggers nor checks of keys.

    case: the test case of Django whose teardown this is.
    """
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    emptied = sorted({*names} - KEPT)
    with owner_scope(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FIND_FILLED, [emptied])
        filled = cursor.fetchall()
        if _may_skip_triggers(cursor) and sum(size for *_, size in filled) < MAX_DELETED_BYTES:
            _delete_rows(cursor, [(name, is_walled) for name, is_walled, _ in filled])
        else:
            cursor.execute("; ".join(connection.ops.sql_flush(no_style(), emptied)))


def _may_skip_triggers(cursor: Any) -> bool:
    """Return True on the servers that the tests start (tests/services.py)."""
    cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
    return bool(cursor.fetchone()[0])


def _delete_rows(cursor: Any, filled: list[tuple[str, bool]]) -> None:
    """Delete all rows of tables, which first wait for the transactions that write to them.

    filled: their names, and True where row-level security binds the owner.
    """
    if not filled:
        return
    tables = sql.SQL(", ").join(sql.Identifier(name) for name, _ in filled)
    steps = [
        sql.SQL("SET LOCAL session_replication_role = replica"),
        sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables),
    ]
    for role, walled in ((OWNER_ROLE, False), (SYSTEM_ROLE, True)):
        steps.append(sql.SQL("SET LOCAL ROLE {}").format(sql.SQL(role)))
        steps += [
            sql.SQL("DELETE FROM {}").format(sql.Identifier(name))
            for name, is_walled in filled
            if is_walled == walled
        ]
    steps.append(sql.SQL("SET LOCAL ROLE NONE; SET LOCAL session_replication_role = origin"))
    cursor.execute(sql.SQL("; ").join(steps))


def vacuum() -> None:
    """Vacuum and analyze all tables."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")


@contextmanager
def keep_rows(blocker: Any) -> Iterator[None]:
    """Keep rows for all tests of a module, in a transaction that is rolled back at its end.

    blocker: the fixture ``django_db_blocker``.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
