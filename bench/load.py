"""Bulk loader: create tickets with four messages each by a few large statements in PostgreSQL.

100 desks; desk 1 has half of all tickets. 5 % are open, a fifth of those without a reply. Row-level
security applies even to the tables' owner, so the loader connects as superuser of the embedded
server. Secondary indexes are dropped first and rebuilt at the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.ready import SERVERS
from bench.servers import DATABASE

# isort: split
import json
import random

import psycopg
from django.db import connection, models
from psycopg import sql

from bench.world import make_world
from sla.models import Clock
from tickets.models import Message, QueueRow, SearchDocument, Ticket, TicketCounter, TicketEvent
from tickets.search.words import VERSION

BODIES = 4000
BODY_LENGTH = 600  # characters
RARE_WORD = "quokka"  # in one ticket of a thousand
COMMON_WORD = "server"  # in most
CJK = "接続:9 続で:10 でき:11"  # in two of a thousand, as tickets.search.vectors writes 接続でき
FIRST_NUMBER = 1000
EVENTS = [
    "ticket.opened",
    "sla.started",
    "department.changed",
    "ticket.assigned",
    "agent.replied",
    "ticket.closed",
]

# One row per desk with its people, then one per ticket with a hash (h) that drives all variation.
PEOPLE = """
CREATE UNLOGGED TABLE bench_people AS
SELECT d.id AS desk, row_number() OVER (ORDER BY d.id) AS place,
  (SELECT array_agg(id ORDER BY id) FROM accounts_agent WHERE desk_id = d.id) AS agents,
  (SELECT array_agg(id ORDER BY id) FROM accounts_contact WHERE desk_id = d.id) AS contacts,
  (SELECT array_agg(account_id ORDER BY id) FROM accounts_contact WHERE desk_id = d.id) AS accounts,
  (SELECT array_agg(id ORDER BY id) FROM accounts_department WHERE desk_id = d.id) AS departments,
  (SELECT array_agg(id ORDER BY id) FROM tickets_priority WHERE desk_id = d.id) AS priorities,
  (SELECT id FROM sla_calendar WHERE desk_id = d.id) AS calendar,
  (SELECT array_agg(id ORDER BY id) FROM sla_target WHERE desk_id = d.id) AS targets
FROM accounts_desk d WHERE d.slug LIKE 'bench%'
"""
TICKETS = """
CREATE UNLOGGED TABLE bench_tickets AS
SELECT g AS id, p.*, h,
  h % 100 < 5 AS is_open, h % 100 = 0 AS is_unanswered, (h / 100) % 4 AS state,
  now() - CASE WHEN h % 100 < 5
    THEN ((h / 7) % 43200) * interval '1 minute' + g * interval '1 microsecond'
    ELSE interval '1 day' + (h % 1500000) * interval '1 minute' END AS changed
FROM (SELECT g, (hashint8(g)::bigint + 2147483648) AS h FROM generate_series(1, {amount}) g) t
JOIN bench_people p ON p.place = CASE WHEN g % 2 = 0 THEN 1 ELSE 2 + (g / 2) % 99 END
"""
PICK = "{}[1 + (h / 11) % array_length({}, 1)]"


def _pick(name: str) -> str:
    return PICK.format(name, name)


STATE = "(ARRAY['open', 'investigating', 'waiting', 'escalated'])[1 + state]"
IS_WAITING = "(is_open AND NOT is_unanswered AND state = 2)"
TICKET = {
    "id": "id",
    "desk_id": "desk",
    "number": f"{FIRST_NUMBER} + id",
    "subject": (
        "'Ticket ' || id || ' about '"
        " || (SELECT left(body, 50) FROM bench_bodies b WHERE b.id = h % 4000)"
    ),
    "status": (
        f"CASE WHEN NOT is_open THEN 'closed' WHEN is_unanswered THEN 'open' ELSE {STATE} END"
    ),
    "channel": "(ARRAY['email', 'email', 'web', 'chat'])[1 + h % 4]",
    "priority_id": _pick("priorities"),
    "department_id": _pick("departments"),
    "assignee_id": _pick("agents"),
    "contact_id": _pick("contacts"),
    "account_id": _pick("accounts"),
    "created_at": "changed - interval '2 days'",
    "updated_at": "changed",
    "due_at": (
        "CASE WHEN is_unanswered THEN now() + interval '90 days' ELSE '9999-01-01 00:00+00' END"
    ),
    "first_responded_at": "CASE WHEN NOT is_unanswered THEN changed - interval '1 day' END",
    "waiting_since": f"CASE WHEN {IS_WAITING} THEN changed END",
    "close_at": f"CASE WHEN {IS_WAITING} THEN changed + interval '60 days' END",
    "closed_at": "CASE WHEN NOT is_open THEN changed END",
    "reopen_until": "CASE WHEN NOT is_open THEN changed + interval '14 days' END",
    "close_reason": "CASE WHEN NOT is_open THEN 'solved' ELSE '' END",
}
MESSAGE = {
    "ticket_id": "id",
    "desk_id": "desk",
    "contact_id": f"CASE WHEN m % 2 = 1 THEN {_pick('contacts')} END",
    "agent_id": f"CASE WHEN m % 2 = 0 THEN {_pick('agents')} END",
    "channel": "CASE WHEN m % 2 = 1 THEN 'email' ELSE 'agent' END",
    "body_text": (
        "(SELECT body FROM bench_bodies b WHERE b.id = (h + 13 * m) % 4000)"
        f" || CASE WHEN m = 3 AND h % 1000 = 7 THEN ' {RARE_WORD}' ELSE '' END"
    ),
    "created_at": "changed - interval '2 days' + m * interval '8 hours'",
}
EVENT = {
    "ticket_id": "id",
    "desk_id": "desk",
    "kind": "kind",
    "at": "changed - interval '2 days' + place_of_kind * interval '5 hours'",
    "actor_kind": "'system'",
    "actor_name": "'Plumbline'",
    "data": "%s::jsonb",
}
# Data of all event kinds, in every event.
FACTS = {
    **{
        "message": 1,
        "subject": "",
        "unverified": False,
        "follow_up_of": None,
        "reason": "solved",
        "why": "By turn.",
    },
    **{
        "status": ["open", "closed"],
        "department": ["", "Paid Support"],
        "is_first": True,
        "minutes": 480,
    },
    **{
        "assignee": [None, 1],
        "names": ["", "Agent 1"],
        "plan": "Plan",
        "priority": "Low",
        "calendar": "24x7",
    },
    **{
        "version": 1,
        "started_at": "2026-01-01T00:00:00+00:00",
        "due_at": "2026-01-01T08:00:00+00:00",
    },
}
CLOCK = {
    "ticket_id": "id",
    "desk_id": "desk",
    "target_id": _pick("targets"),
    "calendar_id": "calendar",
    "calendar_version": "1",
    "target_minutes": "480",
    "started_at": "changed - interval '2 days'",
    "warn_at": (
        "CASE WHEN is_unanswered THEN now() + interval '80 days'"
        " ELSE changed - interval '42 hours' END"
    ),
    "due_at": (
        "CASE WHEN is_unanswered THEN now() + interval '90 days'"
        " ELSE changed - interval '40 hours' END"
    ),
    "met_at": "CASE WHEN NOT is_unanswered THEN changed - interval '1 day' END",
}
# Triggers make these rows, but not while the loader writes.
QUEUE_ROW = {field.column: f"t.{field.column}" for field in QueueRow._meta.concrete_fields} | {
    "ticket_id": "t.id",
    "is_open": "t.status <> 'closed'",
    "assignee_id": "coalesce(t.assignee_id, 0)",
    "response_due_at": "c.due_at",
    "has_details": "false",
}
EVENT_SOURCE = """bench_tickets, unnest(%s::text[]) WITH ORDINALITY AS k(kind, place_of_kind)
WHERE NOT (is_open AND kind = 'ticket.closed') AND NOT (is_unanswered AND kind = 'agent.replied')"""
# The words are plain, so PostgreSQL reads them as tickets.search does, which would take hours.
NAMES = """
CREATE UNLOGGED TABLE bench_names AS SELECT c.id AS contact, array_to_tsvector(
  (SELECT array_agg(DISTINCT '~' || word) FROM regexp_split_to_table(
     lower(c.name || ' ' || c.email || ' ' || coalesce(a.name, '')), '[^a-z0-9]+') word
   WHERE word <> '')) AS words
FROM accounts_contact c LEFT JOIN accounts_account a ON a.id = c.account_id
"""
DOCUMENTS = f"""
INSERT INTO tickets_searchdocument (desk_id, ticket_id, part, changed_at, version, document)
SELECT b.desk, b.id, 1, b.changed - interval '16 hours', {VERSION},
  (quote_literal('@' || b.desk) || ':1')::tsvector || n.words || to_tsvector('simple', t.subject)
  || b1.words || b2.words || b3.words || b4.words
  || CASE WHEN b.h % 1000 = 7 THEN '{RARE_WORD}:9'::tsvector ELSE '' END
  || CASE WHEN b.h % 500 = 3 THEN '{CJK}'::tsvector ELSE '' END
FROM bench_tickets b JOIN tickets_ticket t ON t.id = b.id
JOIN bench_names n ON n.contact = t.contact_id
JOIN bench_bodies b1 ON b1.id = (b.h + 13) % 4000 JOIN bench_bodies b2 ON b2.id = (b.h + 26) % 4000
JOIN bench_bodies b3 ON b3.id = (b.h + 39) % 4000 JOIN bench_bodies b4 ON b4.id = (b.h + 52) % 4000
"""
LOADED = [Ticket, Message, TicketEvent, Clock, QueueRow, SearchDocument]


def load_once(amount: int) -> float:
    """Load unless this database holds as many tickets already. Return the seconds.

    Raises SystemExit if it holds a different number.
    """
    with SERVERS.superuser() as db:
        (comment,) = db.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone() or (None,)
        if comment:
            if comment != f"{amount} tickets":
                raise SystemExit(f"BENCH_DATA holds {comment}. Choose another folder.")
            return 0.0
        seconds = load(amount)
        db.execute(f"COMMENT ON DATABASE {DATABASE} IS '{amount} tickets'")
    return seconds


def load(amount: int) -> float:
    """Create the desks and load tickets. Return the seconds of the bulk part."""
    make_world()
    begin = time.perf_counter()
    with SERVERS.superuser() as db:
        db.execute("SET session_replication_role = replica")  # no foreign key checks
        db.execute("SET synchronous_commit = off")
        _make_bodies(db)
        db.execute(PEOPLE)
        db.execute(TICKETS.format(amount=amount))
        with _without_indexes(db):
            _insert(db, Ticket, TICKET, "bench_tickets")
            _insert(db, Message, MESSAGE, "bench_tickets, generate_series(1, 4) m")
            _insert(db, TicketEvent, EVENT, EVENT_SOURCE, json.dumps(FACTS), EVENTS)
            _insert(db, Clock, CLOCK, "bench_tickets")
            clocks = "tickets_ticket t JOIN sla_clock c ON c.ticket_id = t.id"
            _insert(db, QueueRow, QUEUE_ROW, clocks)
            db.execute(NAMES)
            db.execute(DOCUMENTS)
        _finish(db, amount)
    return time.perf_counter() - begin


def _make_bodies(db: psycopg.Connection) -> None:
    """Create texts in which a few words are common and most are rare, as in any language."""
    chance = random.Random(7)
    words = [
        "".join(chance.choices("abdeghiklmnoprstu", k=chance.randint(3, 9))) for _ in range(5000)
    ]
    weights = [1 / (rank + 5) for rank in range(len(words))]
    db.execute(
        "CREATE UNLOGGED TABLE bench_bodies (id bigint PRIMARY KEY, body text, words tsvector"
        " GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED)"
    )
    with db.cursor() as cursor, cursor.copy("COPY bench_bodies (id, body) FROM STDIN") as copy:
        for number in range(BODIES):
            body = " ".join([COMMON_WORD, *chance.choices(words, weights, k=130)])
            copy.write_row((number, body[:BODY_LENGTH].strip()))


def _insert(
    db: psycopg.Connection,
    model: type[models.Model],
    columns: dict[str, str],
    source: str,
    *args: object,
) -> None:
    """Insert these expressions. Every other column gets the default of its field."""
    filled = {**_defaults(model, columns), **columns}
    names = ", ".join(f'"{name}"' for name in filled)
    values, table = ", ".join(filled.values()), model._meta.db_table
    statement = f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}"
    db.execute(statement if args else statement.replace("%", "%%"), list(args) if args else [])


def _defaults(model: type[models.Model], given: dict[str, str]) -> dict[str, str]:
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.generated or field.column in given)
    ]
    return {field.column: _literal(field) for field in fields}


def _literal(field: models.Field[Any, Any]) -> str:
    value = field.get_db_prep_save(field.get_default(), connection)
    return "NULL" if value is None else sql.Literal(value).as_string(None)


@contextmanager
def _without_indexes(db: psycopg.Connection) -> Iterator[None]:
    """Drop indexes without constraints and rebuild them at the end, which is far cheaper."""
    tables = [model._meta.db_table for model in LOADED]
    found = db.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [tables],
    ).fetchall()
    for name, _ in found:
        db.execute(f"DROP INDEX {name}")
    yield
    for _, definition in found:
        db.execute(definition)


def _finish(db: psycopg.Connection, amount: int) -> None:
    db.execute(f"SELECT setval(pg_get_serial_sequence('tickets_ticket', 'id'), {amount})")
    counter = TicketCounter._meta.db_table
    last = FIRST_NUMBER + amount
    db.execute(f"INSERT INTO {counter} (desk_id, last) SELECT desk, {last} FROM bench_people")
    db.execute("DROP TABLE bench_people, bench_tickets, bench_bodies, bench_names")
    db.execute("VACUUM ANALYZE")
