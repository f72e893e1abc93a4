"""Loads the desks of the benchmark and their tickets (bulk.py), once for each database."""

from __future__ import annotations

import time

from bench.ready import SERVERS
from bench.servers import DATABASE

# isort: split
from bench.bulk import load_bulk
from bench.bulk_texts import COMMON_WORD, RARE_WORD
from bench.world import make_world

__all__ = ["COMMON_WORD", "RARE_WORD", "load", "load_once"]


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
        load_bulk(db, amount, report=print)
    return time.perf_counter() - begin
