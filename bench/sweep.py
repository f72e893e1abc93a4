"""The job for due clocks (P9), with nothing due and with many due, relative to one bare statement.

`python -m bench.sweep [TICKETS]`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import bench.ready  # noqa: F401 (starts the servers and sets Django up)

# isort: split
from django.db import connection, transaction
from django.utils import timezone

from accounts.sweeps import sweep_desks
from accounts.tenancy import system_scope
from bench.load import load
from bench.pages import count_blocks
from sla.models import Clock
from sla.sweeps import list_due_clocks, mark_breached
from tickets.queueing import without_queueing

DUE = (50, 500, 2000)
ROUNDS = 3
LIMIT, GOAL = 10, 3  # multiples of the bare statement
BARE = """
WITH due AS (
  SELECT id FROM sla_clock
  WHERE due_at <= %s AND met_at IS NULL AND breached_at IS NULL AND stopped_at IS NULL
  ORDER BY due_at LIMIT 5000 FOR UPDATE SKIP LOCKED
) UPDATE sla_clock c SET breached_at = %s FROM due WHERE c.id = due.id
"""


def run(amount: int | None) -> bool:
    """Load rows unless amount is None, measure and print. Return True if the limits held."""
    if amount is not None:
        load(amount)
    now = timezone.now()
    blocks, empty = measure_empty(now)
    print(f"\nsweep, nothing due: {blocks} blocks (limit 20), {empty:.1f} ms with all round trips")
    verdicts = [blocks <= 20]
    print(
        f"{'sweep of due clocks':<20}{'ms':>9}{'per clock':>12}{'bare ms':>9}{'times':>7}"
        f"   limit {LIMIT}, goal {GOAL}"
    )
    for due in DUE:
        ours = measure(due, sweep, now)
        bare = measure(due, sweep_bare, now)
        ratio = ours / bare
        verdict = "goal met" if ratio <= GOAL else "limit met" if ratio <= LIMIT else "limit missed"
        print(f"{due:<20}{ours:>9.1f}{ours / due:>12.3f}{bare:>9.1f}{ratio:>7.1f}   {verdict}")
        verdicts.append(ratio <= LIMIT)
    return all(verdicts)


def sweep(now: datetime) -> None:
    with without_queueing():
        sweep_desks("measure the sweep", list_due_clocks(now), mark_breached, at=now)


def sweep_bare(now: datetime) -> None:
    with system_scope("measure the sweep"), connection.cursor() as cursor:
        cursor.execute(BARE, [now, now])


def measure_empty(now: datetime) -> tuple[int, float]:
    """Return the blocks that the search reads, and the milliseconds of an empty sweep."""
    with system_scope("measure the sweep"):
        plan = (
            list_due_clocks(now)
            .order_by()
            .values_list("desk_id")
            .distinct()
            .explain(analyze=True, buffers=True)
        )
    return count_blocks(plan), statistics.median(measure_once(sweep, now) for _ in range(20))


def measure(due: int, work: Callable[[datetime], None], now: datetime) -> float:
    """Return the median milliseconds of marking due clocks. Each round is rolled back."""
    return statistics.median(_measure_once(due, work, now) for _ in range(ROUNDS))


def _measure_once(due: int, work: Callable[[datetime], None], now: datetime) -> float:
    with transaction.atomic():
        with system_scope("measure the sweep"):
            chosen = list(Clock.objects.order_by("pk").values_list("pk", flat=True)[:due])
            fresh = {"met_at": None, "breached_at": None, "stopped_at": None}
            Clock.objects.filter(pk__in=chosen).update(due_at=now - timedelta(minutes=1), **fresh)
        milliseconds = measure_once(work, now)
        transaction.set_rollback(True)
    return milliseconds


def measure_once(work: Callable[[datetime], None], now: datetime) -> float:
    begin = time.perf_counter()
    work(now)
    return (time.perf_counter() - begin) * 1000


def main() -> None:
    is_within = run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    raise SystemExit(0 if is_within else 1)


if __name__ == "__main__":
    main()
