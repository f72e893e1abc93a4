"""A database as an earlier version left it: its schema from a dump, filled by SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from accounts.tenancy import SYSTEM_ROLE

FOLDER = Path(__file__).parent
NAME = "plumbline_upgrade"
TICKETS = 500
# For columns that may not be empty and that no row below names.
BY_TYPE = {
    "boolean": "false",
    "jsonb": "'{}'",
    "timestamp with time zone": "now()",
    "uuid": "gen_random_uuid()",
    "ARRAY": "'{}'",
    "text": "''",
    "character varying": "''",
}
FIND_COLUMNS = """
SELECT column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL
  OR is_identity = 'YES' OR is_generated = 'ALWAYS'
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s
"""
DESK = {
    "slug": "'old'",
    "name": "'Old Ltd'",
    "ticket_prefix": "'OL'",
    "language": "'en'",
    "time_zone": "'UTC'",
    "accent": "'indigo'",
    "silence_days": "10",
    "reminder_days": "5",
    "reopen_days": "14",
    "free_domains": "'[]'",
    "email_source_days": "365",
    "notification_days": "90",
}
TICKET = {
    "number": "1000 + n",
    "subject": "'Ticket ' || n",
    "status": "CASE WHEN n % 5 = 0 THEN 'closed' ELSE 'open' END",
    "closed_at": "CASE WHEN n % 5 = 0 THEN now() END",
    "close_reason": "CASE WHEN n % 5 = 0 THEN 'solved' ELSE '' END",
    "channel": "'email'",
    "level": "'l1'",
    "match_reasons": "'[]'",
    "route_reasons": "'[]'",
    "due_at": "now() + interval '1 day'",
    "account_id": "1",
    "assignee_id": "1",
    "contact_id": "1",
    "department_id": "1",
    "priority_id": "1",
}
CLOCK = {
    "ticket_id": "n",
    "kind": "'first_response'",
    "run": "1",
    "calendar_id": "1",
    "calendar_version": "1",
    "target_id": "1",
    "target_minutes": "480",
    "target_seconds": "28800",
    "pauses": "'[]'",
    "warn_at": "now() + interval '20 hours'",
    "due_at": "now() + interval '1 day'",
    "met_at": "CASE WHEN n % 5 = 0 THEN now() END",
}
STARTED = """'{"minutes": 480, "plan": "Basic", "priority": "High", "calendar": "24x7",
  "version": 1}'"""
Row = dict[str, str]
ROWS: list[tuple[str, int, Row]] = [
    ("accounts_user", 1, {"email": "'ana@old.example'", "name": "'Ana'", "is_active": "true"}),
    ("accounts_desk", 1, DESK),
    ("accounts_plan", 1, {"name": "'Basic'", "position": "1", "allows_mail": "true"}),
    ("accounts_department", 1, {"name": "'Support'", "kind": "'paid'", "position": "1"}),
    ("accounts_account", 1, {"name": "'Acme'", "status": "'customer'", "plan_id": "1"}),
    (
        "accounts_contact", 1,
        {"email": "'carla@acme.example'", "name": "'Carla'", "role": "'contact'",
         "account_id": "1"},
    ),
    (
        "accounts_agent", 1,
        {"name": "'Ana'", "role": "'analyst'", "level": "'l1'", "is_active": "true",
         "user_id": "1"},
    ),
    ("tickets_priority", 1, {"name": "'High'", "rank": "1", "is_mail_default": "true"}),
    (
        "sla_calendar", 1,
        {"name": "'24x7'", "time_zone": "'UTC'", "is_always_open": "true", "version": "1"},
    ),
    (
        "sla_target", 1,
        {"account_status": "'customer'", "minutes": "480", "calendar_id": "1", "plan_id": "1",
         "priority_id": "1", "clock": "'first_response'", "amount": "480", "unit": "'minutes'"},
    ),
    ("tickets_ticketcounter", 1, {"last": str(1000 + TICKETS)}),
    ("tickets_ticket", TICKETS, TICKET),
    (
        "tickets_message", 2 * TICKETS,
        {"ticket_id": "(n + 1) / 2", "channel": "'email'", "body_text": "'Message ' || n",
         "remarks": "'[]'", "contact_id": "CASE WHEN n % 2 = 1 THEN 1 END",
         "agent_id": "CASE WHEN n % 2 = 0 THEN 1 END"},
    ),
    (
        "tickets_ticketevent", TICKETS,
        {"ticket_id": "n", "kind": "'ticket.opened'", "actor_kind": "'contact'", "actor_id": "1",
         "actor_name": "'Carla'"},
    ),
    ("sla_clock", TICKETS, CLOCK),
    ("sla_clockentry", TICKETS, {"clock_id": "n", "kind": "'started'", "data": STARTED}),
]  # fmt: skip


@contextmanager
def create_old_database(dump: str) -> Iterator[dict[str, Any]]:
    """Create a database from a dump, fill it, and yield how to connect to it as its owner."""
    params = connection.get_connection_params()
    name = sql.Identifier(NAME)
    with psycopg.connect(**params | {"dbname": "postgres"}, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            params["dbname"] = NAME
            with psycopg.connect(**params) as db:
                db.execute("SET check_function_bodies = false")
                db.execute((FOLDER / dump).read_bytes())
                _fill(db)
            yield params
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _fill(db: psycopg.Connection[Any]) -> None:
    db.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(SYSTEM_ROLE)))
    for table, count, given in ROWS:
        columns = db.execute(FIND_COLUMNS, [table]).fetchall()
        values = {name: _choose(name, kind, given) for name, kind, _ in columns}
        optional = {name for name, _, is_optional in columns if is_optional} - given.keys()
        kept = {name: value for name, value in values.items() if name not in optional}
        names = ", ".join(f'"{name}"' for name in kept)
        source = f"SELECT {', '.join(kept.values())} FROM generate_series(1, {count}) n"
        db.execute(f"INSERT INTO {table} ({names}) {source}".encode())


def _choose(name: str, kind: str, given: Row) -> str:
    """Return the expression for a column. A version's table may lack a column that is given."""
    return given.get(name) or ("1" if name == "desk_id" else BY_TYPE.get(kind, "0"))
