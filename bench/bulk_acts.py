"""A bulk change of 5,000 tickets, and its undo: what it costs, delays, and survives.

`python -m bench.bulk_acts [TICKETS]`. An agent gives that many open tickets a tag and a priority,
with the real workers. What a ticket costs there is compared with the same change made by hand, one
ticket after the other. While the bulk change runs, an agent replies and a clock falls due; then a
worker is killed. The command prints all of it, and fails if a ticket was changed twice or not at
all, or if the undo didn't restore each once.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bench.ready import SERVERS

# isort: split
from celery import current_app
from django.utils import timezone

from accounts.models import Agent, Desk
from accounts.tenancy import desk_scope
from bench.bulk import load_bulk
from bench.bulk_rows import ALL_OPEN
from bench.burst import measure_breach, measure_reply
from bench.cpu import get_cpu_seconds
from bench.mail import wait_until
from bench.statements import watch
from bench.workload import count_waiting
from bench.world import find_agent, make_world
from tickets.access import queue_for_agent
from tickets.actors import Actor
from tickets.bulk.starting import start_bulk_change, undo_bulk_change
from tickets.bulk.summary import summarize
from tickets.macros.acts import Acts
from tickets.models import BulkJob, Priority, Tag, Ticket, TicketEvent, TicketTag
from tickets.services import change_priority, set_tags

SLUG, TIMEOUT = "bench1", 3600.0
TAG, COMPARED = "bulk", 200  # tickets of each side of the comparison
KILLED, KILLED_AFTER = "worker-background", 0.3  # once this share of the tickets was changed
PROBES = 3  # replies and breaches before the bulk change, and while it runs


@dataclass(frozen=True, slots=True)
class Cost:
    """What work cost per ticket: CPU of all processes, statements and blocks of the database."""

    cpu: float
    statements: float
    blocks: float

    def __str__(self) -> str:
        return (
            f"{1000 * self.cpu:.1f} ms CPU, {self.statements:.0f} statements,"
            f" {self.blocks:.0f} blocks"
        )


def main(amount: int) -> None:
    """Run, print, and fail if a promise was broken."""
    _load(2 * (amount + 4 * COMPARED))
    desk = Desk.objects.get(slug=SLUG)
    current_app.control.purge()
    SERVERS.serve()
    with desk_scope(desk), SERVERS.working():
        agent = Agent.objects.select_related("desk").get(user=find_agent(SLUG).user)
        rows = queue_for_agent(agent).filter(is_open=True).order_by("-ticket_id")
        ids = list(rows.values_list("pk", flat=True)[: amount + 2 * COMPARED])
        tag = Tag.objects.create(desk=desk, name=TAG)
        _compare(agent, tag, ids[amount:])
        found = _change_all(agent, ids[:amount])
    print("\n".join(found) or "Each ticket was changed once, and restored once.")
    raise SystemExit(1 if found else 0)


def _load(amount: int) -> None:
    make_world()
    begin = time.monotonic()
    with SERVERS.superuser() as db:
        load_bulk(db, amount, states=ALL_OPEN)
    print(f"{amount:,} open tickets, loaded in {time.monotonic() - begin:.0f} s\n", flush=True)


def _compare(agent: Agent, tag: Tag, ids: list[int]) -> None:
    """Print what a ticket costs by hand, and in a bulk change."""
    lowest, by = _get_lowest(), Actor.of(agent)

    def change_by_hand() -> None:
        for ticket_id in ids[:COMPARED]:
            change_priority(ticket_id=ticket_id, by=by, at=timezone.now(), priority=lowest)
            set_tags(ticket_id=ticket_id, by=by, at=timezone.now(), tags=[tag])

    def change_in_bulk() -> None:
        job = _start(agent, ids[COMPARED:])
        wait_until(lambda: _is_finished(job), TIMEOUT)

    hand, bulk = _measure(change_by_hand), _measure(change_in_bulk)
    print(f"a ticket by hand          {hand}")
    print(f"a ticket in a bulk change {bulk}")
    print(
        f"bulk / by hand: CPU {bulk.cpu / hand.cpu:.2f},"
        f" statements {bulk.statements / hand.statements:.2f},"
        f" blocks {bulk.blocks / hand.blocks:.2f}\n",
        flush=True,
    )


def _measure(work: Callable[[], None]) -> Cost:
    """Return the cost of work per ticket of COMPARED, with all that follows from it."""
    with watch() as usage:
        begin = time.process_time() + get_cpu_seconds()
        work()
        wait_until(lambda: not count_waiting(), TIMEOUT)
        cpu = time.process_time() + get_cpu_seconds() - begin
    calls = sum(calls for calls, _blocks, _text in usage.rows)
    return Cost(cpu / COMPARED, calls / COMPARED, usage.blocks / COMPARED)


def _get_lowest() -> Priority:
    return Priority.objects.order_by("-rank")[0]


def _start(agent: Agent, ids: list[int]) -> BulkJob:
    acts = Acts(add_tags=(TAG,), priority=_get_lowest().pk)
    return start_bulk_change(agent=agent, ticket_ids=ids, acts=acts, at=timezone.now())


def _change_all(agent: Agent, ids: list[int]) -> list[str]:
    """Change all tickets and undo it. Return the promises that were broken."""
    before = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "priority_id"))
    for _ in range(PROBES):
        _probe("nothing else runs")
    begin = time.monotonic()
    job = _start(agent, ids)
    print(f"{len(ids):,} tickets, stored in {time.monotonic() - begin:.1f} s", flush=True)
    for _ in range(PROBES):
        _probe(f"{job.items.exclude(state='due').count():,} tickets are changed")
    wait_until(lambda: job.items.exclude(state="due").count() >= KILLED_AFTER * len(ids), TIMEOUT)
    print(f"killed {KILLED} after {job.items.exclude(state='due').count():,} tickets")
    next(child for child in SERVERS.workers if child.name == KILLED).kill_group()
    _wait_for(job, "changed", begin)
    found = _check(job, ids, added=True)
    begin = time.monotonic()
    undo = undo_bulk_change(job_id=job.pk, agent=agent, at=timezone.now())
    _wait_for(undo, "restored", begin)
    found += _check(undo, ids, added=False)
    if dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "priority_id")) != before:
        found.append("Some tickets didn't get their priority back.")
    if TicketTag.objects.filter(ticket__in=ids, tag__name=TAG).exists():
        found.append("Some tickets still have the tag.")
    return found


def _probe(when: str) -> None:
    reply, breach = measure_reply(SLUG), measure_breach(SLUG)
    print(f"{when}: a reply leaves after {reply:.1f} s, a breach is noticed after {breach:.1f} s")


def _wait_for(job: BulkJob, verb: str, begin: float) -> None:
    wait_until(lambda: _is_finished(job), TIMEOUT)
    seconds, amount = time.monotonic() - begin, job.items.count()
    rate = f"{amount / seconds:.0f} tickets per second"
    print(f"{amount:,} tickets {verb} in {seconds:.0f} s, {rate}", flush=True)


def _is_finished(job: BulkJob) -> bool:
    for child in SERVERS.workers:
        child.restart_if_dead(time.monotonic())
    return BulkJob.objects.filter(pk=job.pk, finished_at__isnull=False).exists()


def _check(job: BulkJob, ids: list[int], *, added: bool) -> list[str]:
    """Return what is wrong unless each ticket was changed by the job, and exactly once."""
    changed = TicketEvent.objects.filter(
        kind="tags.changed", ticket__in=ids, at__gte=job.created_at
    )
    times = Counter(event.ticket_id for event in changed if bool(event.data.get("added")) == added)
    summary, found = summarize(job), []
    if set(times) != set(ids) or set(times.values()) != {1}:
        found.append(f"{len(ids)} tickets, changed so often: {dict(Counter(times.values()))}")
    if summary.done != len(ids):
        found.append(f"{summary.done} tickets done, refused: {summary.refusals}")
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
