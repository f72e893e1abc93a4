"""Breaches with killed workers, three schedulers and a burst of email: noticed in time, and once.

`python -m bench.killed_workers [EMAILS]`. All emails wait when the workers start. While they are
read, response times pass, and every few seconds one of the workers or schedulers is killed with all
its processes and started again. The command fails if a breach is noticed late or not once, or an
email gives more or less than one ticket.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import bench.ready  # noqa: F401 (starts the servers and sets up Django)

# isort: split
from celery import current_app
from django.utils import timezone

from accounts.models import Desk
from accounts.tenancy import desk_scope
from bench.burst import flood
from bench.load import load_once
from bench.sweep import FRESH
from bench.workload import count_waiting
from helpdesk.supervisor import processes
from helpdesk.supervisor.children import Child, stop_all
from helpdesk.supervisor.config import read_config
from sla.models import Clock, ClockEntry, EntryKind
from tickets.events import EventKind
from tickets.models import Notification, Ticket, TicketEvent

CLOCKS, SPREAD = 200, 90  # due within so many seconds from the start
SCHEDULERS, PERIOD = 3, 8.0  # seconds between two kills
LIMIT = 60.0  # seconds from the deadline to the mark
TIMEOUT = 1800.0
Latencies = dict[int, float]


def main(emails: int) -> None:
    """Run, print, and fail if a promise was broken."""
    load_once(10_000)
    with desk_scope(Desk.objects.get(slug="bench1")):
        tickets, chance = Ticket.objects.count(), random.Random(9)
        current_app.control.purge()
        flood(emails)
        due, begin = make_due(chance), timezone.now()
        with running() as children:
            latencies, kills = watch(children, due, chance)
        opened = Ticket.objects.count() - tickets
        found = [*check_once(due, begin), *check_latency(latencies)]
    if opened != emails:
        found.append(f"{emails:,} emails, {opened:,} tickets")
    print(f"{emails:,} emails read into {opened:,} tickets; kills: {dict(kills)}")
    times = sorted(latencies.values())
    print(
        f"{len(times)} breaches, noticed after {statistics.median(times):.1f} s (median),"
        f" {times[-1]:.1f} s (slowest); the limit is {LIMIT:.0f} s"
    )
    print(
        "\n".join(found) or "Each breach has one entry, one event, and was told once to an agent."
    )
    raise SystemExit(1 if found else 0)


def make_due(chance: random.Random) -> dict[int, datetime]:
    """Let clocks run again, due one after the other. Return the deadlines by the clock's ID."""
    now, due = timezone.now(), {}
    for pk in list(Clock.objects.order_by("-pk").values_list("pk", flat=True)[:CLOCKS]):
        due[pk] = now + timedelta(seconds=chance.uniform(0, SPREAD))
        Clock.objects.filter(pk=pk).update(due_at=due[pk], warn_at=None, **FRESH)
    return due


@contextmanager
def running() -> Iterator[list[Child]]:
    """Run the product's workers and three schedulers, each with its own file."""
    config = read_config()
    children = processes.workers(config)
    for number in range(SCHEDULERS):
        beat = processes.beat(config)
        beat.command[beat.command.index("--schedule") + 1] += f"-{number}"
        beat.name += f"-{number}"
        children.append(beat)
    for child in children:
        child.log.parent.mkdir(parents=True, exist_ok=True)
        child.start()
    try:
        yield children
    finally:
        stop_all(children, timeout=15)


def watch(
    children: list[Child], due: dict[int, datetime], chance: random.Random
) -> tuple[Latencies, Counter[str]]:
    """Kill and restart until all is done. Return when each breach was seen, and the kills."""
    seen: Latencies = {}
    kills: Counter[str] = Counter()
    begin = killed = time.monotonic()
    while len(seen) < len(due) or count_waiting():
        now = time.monotonic()
        if now - begin > TIMEOUT:
            raise SystemExit(f"Not done: {len(due) - len(seen)} clocks, {count_waiting()} items")
        if now - killed > PERIOD:
            child, killed = chance.choice(children), now
            child.kill_group()
            kills[child.name] += 1
            print(f"{now - begin:>5.0f} s: {count_waiting():>6,} wait, killed {child.name}")
        for each in children:
            each.deaths = 0  # restart after a second, however often it was killed
            each.restart_if_dead(now)
        note_breaches(seen, due)
        time.sleep(0.25)
    return seen, kills


def note_breaches(seen: Latencies, due: dict[int, datetime]) -> None:
    left = [pk for pk in due if pk not in seen]
    marked = Clock.objects.filter(pk__in=left, breached_at__isnull=False)
    for pk in marked.values_list("pk", flat=True):
        seen[pk] = (timezone.now() - due[pk]).total_seconds()


def check_latency(latencies: Latencies) -> Iterator[str]:
    """Yield what was late."""
    late = [seconds for seconds in latencies.values() if seconds > LIMIT]
    if late:
        yield f"{len(late)} breaches later than {LIMIT:.0f} s, up to {max(late):.0f} s"


def check_once(due: dict[int, datetime], begin: datetime) -> Iterator[str]:
    """Yield what was not recorded and told exactly once."""
    entries = ClockEntry.objects.filter(clock__in=due, kind=EntryKind.BREACHED, at__gte=begin)
    for pk, count in Counter(entries.values_list("clock_id", flat=True)).items():
        if count != 1:
            yield f"clock {pk}: {count} entries"
    events = TicketEvent.objects.filter(kind=EventKind.SLA_BREACHED, at__gte=begin)
    told = Counter(
        Notification.objects.filter(event__in=events).values_list("event_id", "agent_id")
    )
    if (entries.count(), events.count()) != (len(due), len(due)):
        yield f"{len(due)} clocks, {entries.count()} entries, {events.count()} events"
    untold = events.count() - len({event for event, _ in told})
    if untold or set(told.values()) - {1}:
        yield f"{untold} breaches were not told, {max(told.values(), default=0)} times at most"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
