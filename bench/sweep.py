"""The job for due clocks (P9): nothing due, many due against one bare statement, and its telling.

Marking is measured in this process and its database session, each round rolled back. Telling runs
through the workers, with the CPU time of all processes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bench.ready import SERVERS

# isort: split
from django.db import connection, transaction
from django.utils import timezone

from accounts.sweeps import find_desks_with_work, sweep_desks
from accounts.tenancy import system_scope
from bench.cpu import get_cpu_by_program, get_session_seconds
from bench.goals import Report
from bench.mail import TIMEOUT, wait_until
from bench.statements import count_blocks
from bench.workload import count_waiting
from sla.models import Clock
from sla.sweeps import list_clocks_to_warn, list_due_clocks, mark_breached
from tickets.models import Notification
from tickets.queueing import without_queueing

DUE, ROUNDS, TOLD = (50, 500, 2000), 5, 500
FRESH = {"met_at": None, "breached_at": None, "stopped_at": None, "paused_at": None}
BARE = """
WITH due AS (
  SELECT clock_id FROM sla_deadline WHERE due_at <= %s
  ORDER BY due_at LIMIT 5000 FOR UPDATE SKIP LOCKED
) UPDATE sla_clock c SET breached_at = %s FROM due WHERE c.id = due.clock_id
"""


def run(report: Report) -> None:
    """Measure and report."""
    now = timezone.now()
    with system_scope("measure the sweep"):
        breaches = find_desks_with_work(list_due_clocks(now), by="due_at")
        warnings = find_desks_with_work(list_clocks_to_warn(now), by="warn_at")
        blocks = [
            count_blocks(due.explain(analyze=True, buffers=True)) for due in (breaches, warnings)
        ]
        report.add("sweep.empty", max(blocks), f"breaches {blocks[0]}, warnings {blocks[1]}")
    for amount in DUE:
        ours, bare = measure(amount, sweep, now), measure(amount, sweep_bare, now)
        report.add(f"sweep.{amount}", ours / bare, f"{ours * 1000:.1f} of {bare * 1000:.1f} ms")
    measure_telling(report)


def sweep(now: datetime) -> None:
    with without_queueing():
        sweep_desks("measure the sweep", list_due_clocks(now), mark_breached, at=now)


def sweep_bare(now: datetime) -> None:
    with system_scope("measure the sweep"), connection.cursor() as cursor:
        cursor.execute(BARE, [now, now])


def measure(amount: int, work: Callable[[datetime], None], now: datetime) -> float:
    """Return the median CPU seconds of marking due clocks."""
    return statistics.median(_measure_once(amount, work, now) for _ in range(ROUNDS))


def _measure_once(amount: int, work: Callable[[datetime], None], now: datetime) -> float:
    with transaction.atomic():
        make_due(amount, now - timedelta(minutes=1))
        backend = connection.connection.info.backend_pid
        begin = get_session_seconds(backend)
        work(now)
        seconds = get_session_seconds(backend) - begin
        transaction.set_rollback(True)
    return seconds


def make_due(amount: int, at: datetime) -> list[int]:
    """Let clocks of the largest desk run again, due at a time. Return their ids."""
    with system_scope("measure the sweep"):
        clocks = Clock.objects.filter(desk__slug="bench1").order_by("pk")
        chosen = list(clocks.values_list("pk", flat=True)[:amount])
        Clock.objects.filter(pk__in=chosen).update(due_at=at, warn_at=None, **FRESH)
    return chosen


def measure_telling(report: Report) -> None:
    """Let the running product mark breaches and notify the agents."""
    with SERVERS.working():
        wait_until(lambda: not count_waiting(), TIMEOUT)
        chosen = make_due(TOLD, timezone.now() - timedelta(minutes=1))
        cpu, before, begin = get_cpu_by_program(), _count_notifications(), time.monotonic()
        wait_until(lambda: _count_breached(chosen) == TOLD and not count_waiting(), TIMEOUT)
        told, passed = _count_notifications() - before, time.monotonic() - begin
        taken = {name: end - cpu.get(name, 0) for name, end in get_cpu_by_program().items()}
        parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in taken.items())
        note = f"{told:,} notifications; {parts}; {passed:.0f} s on the clock"
        report.add("sweep.told", sum(taken.values()), note)


def _count_breached(chosen: list[int]) -> int:
    with system_scope("measure the sweep"):
        return Clock.objects.filter(pk__in=chosen, breached_at__isnull=False).count()


def _count_notifications() -> int:
    with system_scope("measure the sweep"):
        return Notification.objects.count()
