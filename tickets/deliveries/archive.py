"""The archive of completed deliveries: one partition per month, dropped when it is old.

A job creates the partitions ahead of time. A row without one goes to the default partition and is
moved when its month gets one. The owner of the tables runs the statements. The application's roles
have rights only on the whole table, whose row-level security applies to all partitions.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from psycopg.sql import SQL, Composed, Identifier, Literal

from accounts.tenancy import APP_ROLE, SYSTEM_ROLE, owner_scope

TABLE = "tickets_donedelivery"
DEFAULT = f"{TABLE}_default"
MONTHS_AHEAD = 3
LOCK_TIMEOUT = "5s"  # if the table is busy, the next run tries again

LIST = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass(%s) AND c.relname LIKE %s ORDER BY c.relname
"""
# Attached only after the rows of its month were moved out of the default partition.
CREATE = """
CREATE TABLE {name} (LIKE {table} INCLUDING ALL);
REVOKE ALL ON {name} FROM {roles};
WITH moved AS (
  DELETE FROM {default} WHERE done_at >= {start} AND done_at < {end} RETURNING *
)
INSERT INTO {name} SELECT * FROM moved;
ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({start}) TO ({end})
"""


def keep_archive(*, kept: timedelta, at: datetime) -> tuple[list[str], list[str]]:
    """Create the partitions of this and the next months, and drop those older than ``kept``.

    Return the names of the partitions created and dropped.
    """
    with owner_scope(), transaction.atomic():
        _execute(SQL("SET LOCAL lock_timeout = {}").format(Literal(LOCK_TIMEOUT)))
        months, before = _list_months(at), _list_partitions()
        made = [month for month in months if _name_partition(month) not in before]
        for month in made:
            _create_partition(month)
        old = [name for name in before if _get_end(name) <= at - kept]
        for name in old:
            _execute(SQL("DROP TABLE {}").format(Identifier(name)))
        _execute(
            SQL("DELETE FROM {} WHERE done_at < {}").format(Identifier(DEFAULT), Literal(at - kept))
        )
    return [_name_partition(month) for month in made], old


def _list_months(at: datetime) -> list[datetime]:
    first = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [first]
    while len(months) <= MONTHS_AHEAD:
        months.append(_get_next_month(months[-1]))
    return months


def _get_next_month(month: datetime) -> datetime:
    return (month + timedelta(days=32)).replace(day=1)


def _name_partition(month: datetime) -> str:
    return f"{TABLE}_{month:%Y_%m}"


def _get_end(name: str) -> datetime:
    """Return the end of a partition's month."""
    year, month = name.removeprefix(f"{TABLE}_").split("_")
    return _get_next_month(datetime(int(year), int(month), 1, tzinfo=UTC))


def _list_partitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(LIST, [TABLE, f"{TABLE}_2%"])
        return [name for (name,) in cursor.fetchall()]


def _create_partition(month: datetime) -> None:
    names = {"name": _name_partition(month), "table": TABLE, "default": DEFAULT}
    _execute(
        SQL(CREATE).format(
            roles=SQL(", ").join(map(Identifier, (APP_ROLE, SYSTEM_ROLE))),
            start=Literal(month),
            end=Literal(_get_next_month(month)),
            **{key: Identifier(name) for key, name in names.items()},
        )
    )


def _execute(statement: Composed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
