"""Databases of the tests: migrated once for all workers, and emptied without setting them up again.

Migrating takes half a minute, copying the result a moment. So does TRUNCATE, but not what Django
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

from accounts.tenancy import owner_scope

TEMPLATE = "plumbline_template_"
KEPT = {"auth_permission", "django_content_type"}  # rows that describe the models


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

    case: the test case of Django whose teardown this is.
    """
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with owner_scope():
        truncate = connection.ops.sql_flush(no_style(), sorted({*names} - KEPT))
        connection.ops.execute_sql_flush(truncate)


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
