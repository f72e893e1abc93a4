"""HOT updates (P17): the share of updates since the reset that needed no new index entries."""

from __future__ import annotations

from bench.ready import SERVERS

# isort: split
from bench.goals import GOALS, Report

FIND = """
SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = %s
"""
MIN_UPDATES = 20  # fewer say nothing


def reset_updates() -> None:
    """Forget the updates so far, such as those of the load."""
    with SERVERS.superuser() as db:
        db.execute("SELECT pg_stat_reset()")


def run(report: Report) -> None:
    """Report the tables of GOALS; what ran before in this run is what is counted."""
    with SERVERS.superuser() as db:
        for key in GOALS:
            if not key.startswith("hot."):
                continue
            updates, hot = db.execute(FIND, [key.removeprefix("hot.")]).fetchone() or (0, 0)
            if updates >= MIN_UPDATES:
                report.add(key, hot / updates * 100, f"{updates:,} updates")
            else:
                report.add(key, 100.0, f"only {updates} updates")
