"""A long run at half load: memory, dead rows and index sizes must stay flat.

`python -m bench.soak [MINUTES] [TICKETS] [--share SHARE]`. New emails, replies by email, agents'
replies and pages arrive evenly, at about half of what the machine can take, or another share.
Sampled once a minute; the command fails if memory after ten minutes grows by more than 10 %, or
dead rows or index size per live row do.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass

from bench.load import load_once

# isort: split
from accounts.models import Desk
from accounts.tenancy import desk_scope
from bench.client import Client, Page, sign_in
from bench.cpu import get_cpu_seconds, get_memory_bytes
from bench.emails import build_email, get_person_number
from bench.mail import MAILBOX
from bench.numbers import numbers
from bench.ready import SERVERS
from bench.workload import count_waiting
from bench.world import find_agent
from tickets.models import State, Ticket

WARM_UP_MINUTES, MAX_GROWTH = 10, 1.1
CORES = 2
TABLES = """
SELECT relname, n_live_tup, n_dead_tup, pg_indexes_size(relid) FROM pg_stat_user_tables
WHERE relname IN ('tickets_ticket', 'tickets_queuerow', 'tickets_message', 'tickets_ticketevent',
  'tickets_eventdelivery', 'sla_clock', 'channels_intake_inboundmessage',
  'channels_intake_outgoingemail') AND n_live_tup > 1000 ORDER BY relname
"""


@dataclass(frozen=True)
class Sample:
    """The state after some minutes. dead and indexes: per live row, by table."""

    minute: float
    memory: float
    waiting: int
    dead: dict[str, float]
    indexes: dict[str, float]


class Load:
    """One round of work: emails, replies, an agent's reply and pages."""

    def __init__(self) -> None:
        self.client, self.cookie = Client(SERVERS.port), sign_in(find_agent().user)
        with desk_scope(Desk.objects.get(slug="bench1")):
            tickets = Ticket.objects.filter(status=State.OPEN).order_by("-pk")
            self.open = list(tickets.values_list("number", flat=True)[:2000])

    def run_once(self) -> None:
        self.client.post_mail(build_email(next(numbers)), MAILBOX)
        if SERVERS.sink.received:
            mail = SERVERS.sink.received[next(numbers) % len(SERVERS.sink.received)]
            if mail.to.startswith("person") and mail.reply_to:
                reply = build_email(
                    next(numbers),
                    person=get_person_number(mail.to),
                    to=mail.reply_to,
                    reply_to=mail.message_id.strip("<>"),
                )
                self.client.post_mail(reply, mail.reply_to)
        number = self.open[next(numbers) % len(self.open)]
        api, page = f"/bench1/api/v1/tickets/{number}/messages/", f"/bench1/agent/tickets/{number}/"
        text = {"text": f"We look into it, round {next(numbers)}."}
        self.client.request(Page("reply", api, self.cookie, body=text, expected=201))
        self.client.request(Page("ticket", page, self.cookie))
        self.client.request(Page("queue", "/bench1/agent/", self.cookie))


def run(minutes: float, share: float) -> bool:
    """Work and sample for so many minutes. Return True if everything stayed flat."""
    SERVERS.serve()
    with SERVERS.working():
        load, samples = Load(), []
        pause, begin = _find_pause(load, share), time.monotonic()
        print(f"one round every {pause:.2f} s, {share:.0%} of {CORES} cores", flush=True)
        while (passed := time.monotonic() - begin) < minutes * 60:
            if len(samples) <= passed // 60:
                samples.append(_take_sample(passed / 60))
                _print(samples[-1])
            started = time.monotonic()
            load.run_once()
            time.sleep(max(0.0, pause - (time.monotonic() - started)))
    return _judge(samples)


def _find_pause(load: Load, share: float) -> float:
    """Return the seconds between two rounds that use this share of the machine."""
    cpu, rounds = get_cpu_seconds(), 40
    for _ in range(rounds):
        load.run_once()
    while count_waiting():
        time.sleep(0.5)
    return (get_cpu_seconds() - cpu) / rounds / (CORES * share)


def _take_sample(minute: float) -> Sample:
    with SERVERS.superuser() as db:
        rows = db.execute(TABLES).fetchall()
    memory = sum(size for name, size in get_memory_bytes().items() if name != "postgres")
    return Sample(
        minute,
        memory,
        count_waiting(),
        {name: dead / live for name, live, dead, _ in rows},
        {name: size / live for name, live, _, size in rows},
    )


def _print(sample: Sample) -> None:
    dead, bytes_each = max(sample.dead.values()), statistics.mean(sample.indexes.values())
    print(
        f"{sample.minute:>5.0f} min: {sample.memory / 2**20:>6.0f} MiB,"
        f" {sample.waiting:>4} waiting, dead rows {dead:.1%} at most,"
        f" {bytes_each:.0f} bytes of indexes a row",
        flush=True,
    )


def _judge(samples: list[Sample]) -> bool:
    late = [sample for sample in samples if sample.minute >= WARM_UP_MINUTES]
    if len(late) < 2:
        print(f"Nothing to compare: fewer than two samples after {WARM_UP_MINUTES} minutes.")
        return False
    first, last = late[0], late[-1]
    growth = {"memory": last.memory / first.memory}
    for name, size in first.indexes.items():
        growth[f"indexes of {name}"] = last.indexes.get(name, size) / size
    worst = max(growth, key=lambda name: growth[name])
    dead = max(last.dead.values())
    print(f"after {WARM_UP_MINUTES} minutes: memory x {growth['memory']:.2f}")
    print(f"most grown: {worst} x {growth[worst]:.2f}; dead rows {dead:.1%} of live ones at most")
    return growth[worst] <= MAX_GROWTH and dead <= MAX_GROWTH - 1


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=30)
    parser.add_argument("tickets", type=int, nargs="?", default=10_000)
    parser.add_argument("--share", type=float, default=0.5, help="of the machine's cores")
    options = parser.parse_args()
    load_once(options.tickets)
    raise SystemExit(0 if run(options.minutes, options.share) else 1)


if __name__ == "__main__":
    main()
