"""A bulk change of 5,000 tickets: each is changed once, though a worker is killed on the way.

`python -m bench.bulk_acts [TICKETS]`. An agent gives that many open tickets a tag and a priority.
The command prints how long it took, and fails if a ticket was changed twice or not at all.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from bench.ready import SERVERS

# isort: split
from celery import current_app
from django.utils import timezone

from accounts.models import Desk
from accounts.tenancy import desk_scope
from bench.load import load_once
from bench.mail import wait_until
from bench.world import find_agent
from tickets.access import queue_for_agent
from tickets.bulk.starting import start_bulk_change
from tickets.bulk.summary import summarize
from tickets.macros.acts import Acts
from tickets.models import BulkJob, Priority, TicketEvent

SLUG, TIMEOUT = "bench1", 900.0
TAG = "bulk"
KILLED, KILLED_AFTER = "worker-background", 0.3  # once this share of the tickets was changed


def main(amount: int) -> None:
    """Run, print, and fail if a promise was broken."""
    load_once(max(10_000, 4 * amount))
    desk, agent = Desk.objects.get(slug=SLUG), find_agent(SLUG)
    current_app.control.purge()
    with desk_scope(desk), SERVERS.working():
        rows = queue_for_agent(agent).filter(is_open=True).order_by("-ticket_id")
        ids = list(rows.values_list("pk", flat=True)[:amount])
        lowest = Priority.objects.order_by("-rank")[0]
        acts, begin = Acts(add_tags=(TAG,), priority=lowest.pk), time.monotonic()
        job = start_bulk_change(agent=agent, ticket_ids=ids, acts=acts, at=timezone.now())
        print(f"{len(ids):,} tickets, stored in {time.monotonic() - begin:.1f} s")
        wait_until(lambda: _count_done(job) >= KILLED_AFTER * len(ids), TIMEOUT)
        next(child for child in SERVERS.workers if child.name == KILLED).kill_group()
        wait_until(lambda: _is_finished(job), TIMEOUT)
        seconds = time.monotonic() - begin
        print(f"changed in {seconds:.0f} s, {len(ids) / seconds:.0f} tickets per second")
        found = _check(job, ids)
    print("\n".join(found) or "Each ticket was changed once.")
    raise SystemExit(1 if found else 0)


def _count_done(job: BulkJob) -> int:
    return job.items.exclude(state="due").count()


def _is_finished(job: BulkJob) -> bool:
    for child in SERVERS.workers:
        child.restart_if_dead(time.monotonic())
    return BulkJob.objects.filter(pk=job.pk, finished_at__isnull=False).exists()


def _check(job: BulkJob, ids: list[int]) -> list[str]:
    tagged = TicketEvent.objects.filter(kind="tags.changed", ticket__in=ids, at__gte=job.created_at)
    times = Counter(tagged.values_list("ticket_id", flat=True))
    summary, found = summarize(job), []
    if set(times) != set(ids) or set(times.values()) != {1}:
        found.append(f"{len(ids)} tickets, tagged so often: {dict(Counter(times.values()))}")
    if summary.done != len(ids):
        found.append(f"{summary.done} tickets changed, refused: {summary.refusals}")
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
