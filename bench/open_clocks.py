"""Sweeps over a million running clocks (P9): `python -m bench.open_clocks [CLOCKS]`.

Every ticket is open and has four running clocks, none of them due. The parts of bench/sweep.py run
on them: nothing due, marking against bare SQL, and 500 breaches with everything that tells of them.
"""

from __future__ import annotations

import sys
import time

import psycopg

from bench.ready import SERVERS

# isort: split
from bench import sweep
from bench.bulk import Report as Tell
from bench.bulk import hurry, insert, without_indexes
from bench.bulk_rows import ALL_OPEN, CLOCK, DEADLINE, PEOPLE, QUEUE_ROW, TICKET, TICKETS, Rows
from bench.goals import Report
from bench.world import make_world
from sla.models import Clock, ClockKind, Deadline
from tickets.models import QueueRow, Ticket, TicketCounter

KINDS = [
    ClockKind.FIRST_RESPONSE,
    ClockKind.NEXT_RESPONSE,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
]
EACH = f"bench_tickets, (VALUES {', '.join(f'({n})' for n in range(1, len(KINDS) + 1))}) k (n)"
CLOCK_ID = f"(id - 1) * {len(KINDS)} + n"
LISTED = ", ".join(f"'{kind.value}'" for kind in KINDS)
OF_KIND = {"id": CLOCK_ID, "kind": f"(ARRAY[{LISTED}])[n]"}
TABLES = [
    Rows(Ticket, TICKET | {"subject": "'Ticket ' || number", "due_kind": "'first_response'"}),
    Rows(Clock, CLOCK | OF_KIND, EACH),
    Rows(Deadline, DEADLINE | {"clock_id": CLOCK_ID}, EACH),
    Rows(QueueRow, QUEUE_ROW | {"response_due_at": "t.due_at"}, "tickets_ticket t ORDER BY t.id"),
]
LAST = f"""
SELECT setval(pg_get_serial_sequence('tickets_ticket', 'id'), (SELECT max(id) FROM tickets_ticket));
SELECT setval(pg_get_serial_sequence('sla_clock', 'id'), (SELECT max(id) FROM sla_clock));
INSERT INTO {TicketCounter._meta.db_table} (desk_id, last)
  SELECT desk, max(number) FROM bench_tickets GROUP BY desk
  ON CONFLICT (desk_id) DO UPDATE SET last = EXCLUDED.last
"""


def load_clocks(db: psycopg.Connection, clocks: int, tell: Tell = lambda line: None) -> None:
    """Load so many running clocks with their tickets and queue rows, and nothing else."""
    hurry(db)
    db.execute(PEOPLE)
    db.execute(TICKETS.format(amount=clocks // len(KINDS), **ALL_OPEN))
    with without_indexes(db, [rows.model._meta.db_table for rows in TABLES], tell):
        for rows in TABLES:
            insert(db, rows)
    for statement in LAST.split(";"):
        db.execute(statement)
    db.execute("DROP TABLE bench_people, bench_tickets")
    db.execute("VACUUM ANALYZE")


def main(clocks: int) -> None:
    """Load, measure and print. Fail if a bar is missed."""
    make_world()
    begin = time.monotonic()
    with SERVERS.superuser() as db:
        load_clocks(db, clocks, print)
        (running,) = db.execute("SELECT count(*) FROM sla_deadline").fetchone() or (0,)
    print(f"{running:,} running clocks, loaded in {time.monotonic() - begin:.0f} s\n", flush=True)
    report = Report()
    sweep.run(report)
    raise SystemExit(1 if report.has_missed else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
