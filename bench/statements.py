"""Statements and blocks of everything the database did, by pg_stat_statements.

It sees what no counter in Python sees: statements inside functions and triggers, foreign-key
checks, and the statements of other processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from bench.ready import SERVERS

FIND = """
SELECT calls, (shared_blks_hit + shared_blks_read) / calls, query FROM pg_stat_statements s
JOIN pg_database d ON d.oid = s.dbid
WHERE d.datname = current_database() AND toplevel AND query NOT LIKE '%%pg_stat_statements%%'
ORDER BY 2 DESC
"""


@dataclass
class Usage:
    """The statements that ran: calls, blocks per call and text, the largest first."""

    rows: list[tuple[int, int, str]]

    @property
    def blocks(self) -> int:
        return sum(calls * blocks for calls, blocks, _ in self.rows)

    @property
    def largest(self) -> int:
        """Return the blocks of the statement that read the most."""
        return self.rows[0][1] if self.rows else 0


@contextmanager
def watch() -> Iterator[Usage]:
    """Collect what runs inside. The result is complete after the block."""
    usage = Usage([])
    with SERVERS.superuser() as db:
        _set_tracking(db, "all")
        db.execute("SELECT pg_stat_statements_reset()")
        yield usage
        usage.rows = [(int(n), int(blocks), text) for n, blocks, text in db.execute(FIND)]
        _set_tracking(db, "none")


def _set_tracking(db: psycopg.Connection, what: str) -> None:
    db.execute(f"ALTER SYSTEM SET pg_stat_statements.track = '{what}'")
    db.execute("SELECT pg_reload_conf()")
    db.execute("SELECT pg_sleep(0.2)")  # until every session has read it


def count_blocks(plan: str) -> int:
    """Return the shared blocks of the top node of a plan."""
    line = next((line for line in plan.splitlines() if "Buffers:" in line), "")
    return sum(
        int(part.split("=")[1]) for part in line.split() if part.startswith(("hit=", "read="))
    )
