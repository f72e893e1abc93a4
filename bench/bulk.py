"""Bulk loader: fills every table that grows, by a few large statements in PostgreSQL.

100 desks: desk 1 has half of all tickets, the others from 4 % down to 0.2 %. Row-level security
applies even to the tables' owner, so the loader connects as superuser of the embedded server.
Indexes are built after the rows. What the rows hold: bulk_rows.py, bulk_texts.py.

Import this after the servers run and Django is set up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from django.db import connection, models
from psycopg import sql

from bench.bulk_rows import PEOPLE, SOME_OPEN, TABLES, TICKETS, Rows
from bench.bulk_texts import DOCUMENTS, make_texts
from tickets.models import SearchDocument, TicketCounter

SECONDS_SHOWN = 5
FAST = {
    "session_replication_role": "replica",  # no foreign key checks, no triggers
    "synchronous_commit": "off",
    "maintenance_work_mem": "1GB",
    "work_mem": "256MB",
}
Report = Callable[[str], None]


def load_bulk(
    db: psycopg.Connection,
    amount: int,
    *,
    states: Mapping[str, str] = SOME_OPEN,
    report: Report = lambda line: None,
) -> None:
    """Load ``amount`` tickets and all that belongs to them, for the desks of bench.world.

    db: a connection of a superuser with autocommit. states: the conditions of open tickets, in
    bulk_rows.py. report: is told what took long.
    """
    hurry(db)
    with _timed(report, "words and people"):
        db.execute(PEOPLE)
        make_texts(db)
        db.execute(TICKETS.format(amount=amount, **states))
        db.execute("ANALYZE bench_tickets")
    tables = [rows.model._meta.db_table for rows in TABLES]
    with without_indexes(db, [*tables, SearchDocument._meta.db_table], report):
        for rows in TABLES:
            with _timed(report, rows.model._meta.db_table):
                insert(db, rows)
        with _timed(report, "search documents"):
            db.execute(DOCUMENTS)
    _finish(db, report)


def hurry(db: psycopg.Connection) -> None:
    """Let a superuser's session write fast, without checks and triggers."""
    for name, value in FAST.items():
        db.execute(sql.SQL("SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))


def insert(db: psycopg.Connection, rows: Rows) -> None:
    """Insert these expressions. Every other column gets the default of its field."""
    columns = {**_defaults(rows.model, rows.columns), **rows.columns}
    names = ", ".join(f'"{name}"' for name in columns)
    values, table = ", ".join(columns.values()), rows.model._meta.db_table
    db.execute(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM {rows.source}')


def _defaults(model: type[models.Model], given: dict[str, str]) -> dict[str, str]:
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.generated or field.column in given)
    ]
    return {field.column: _write_default(field) for field in fields}


def _write_default(field: models.Field) -> str:
    value = field.get_db_prep_save(field.get_default(), connection)
    return "NULL" if value is None else sql.Literal(value).as_string(None)


@contextmanager
def without_indexes(
    db: psycopg.Connection, tables: Sequence[str], report: Report
) -> Iterator[None]:
    """Drop indexes without constraints and rebuild them at the end, which is far cheaper."""
    found = db.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::text[]::regclass[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [list(tables)],
    ).fetchall()
    for name, _ in found:
        db.execute(f"DROP INDEX {name}")
    yield
    for name, definition in found:
        with _timed(report, f"index {name}"):
            db.execute(definition)


def _finish(db: psycopg.Connection, report: Report) -> None:
    for rows in TABLES:
        if isinstance(rows.model._meta.pk, models.AutoField):
            table = rows.model._meta.db_table
            db.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
    counter = TicketCounter._meta.db_table
    db.execute(
        f"INSERT INTO {counter} (desk_id, last) SELECT desk, max(number) FROM bench_tickets"
        " GROUP BY desk ON CONFLICT (desk_id) DO UPDATE SET last = EXCLUDED.last"
    )
    db.execute("DROP TABLE bench_people, bench_tickets, bench_bodies, bench_words, bench_names")
    with _timed(report, "vacuum"):
        db.execute("VACUUM ANALYZE")


@contextmanager
def _timed(report: Report, what: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    taken = time.perf_counter() - begin
    if taken > SECONDS_SHOWN:
        report(f"{what}: {taken:.0f} s")
