"""An upgrade of a filled database: how long each migration takes, and what waits for it meanwhile.

    BENCH_DATA=/tmp/old python -m bench 10000 --only hours   # in a checkout of the earlier release
    BENCH_DATA=/tmp/old python -m bench.upgrade              # in this one

Migrates as the role that owns the tables, as in production. All the while one session reads and two
write what a running product reads and writes; the longest that each had to wait is printed.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.tenancy import owner_scope
from bench.servers import Servers, start

# Columns that every release has.
PROBES = {
    "read": (
        "SELECT t.subject, c.due_at, q.updated_at FROM tickets_ticket t"
        " LEFT JOIN sla_clock c ON c.ticket_id = t.id"
        " JOIN tickets_queuerow q ON q.ticket_id = t.id WHERE t.id = 10"
    ),
    "write a ticket": "UPDATE tickets_ticket SET updated_at = updated_at WHERE id = 11",
    "write a clock": "UPDATE sla_clock SET due_at = due_at WHERE ticket_id = 12",
}
SHOWN = 0.2  # seconds


@dataclass
class Probe:
    """A statement that is repeated until `done` is set, and the longest it took since `reset`."""

    statement: str
    servers: Servers
    done: threading.Event
    longest: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    errors: list[str] = field(default_factory=list)

    def repeat(self) -> None:
        with self.servers.superuser() as db:
            while not self.done.wait(0.005):
                self.begun = time.monotonic()
                try:
                    db.execute(self.statement)
                except psycopg.Error as error:
                    self.errors.append(str(error))
                self.longest = max(self.longest, time.monotonic() - self.begun)

    def reset(self) -> float:
        """Return the longest time since the last reset."""
        longest, self.longest = self.longest, 0.0
        return longest


@dataclass
class Watcher:
    """Prints a line for each migration that took long or made others wait."""

    probes: dict[str, Probe]
    begin: float = 0.0
    slowest: dict[str, float] = field(default_factory=dict)

    def note(self, action: str, migration: object = None, fake: bool = False) -> None:
        """Receive the progress of Django's migration executor."""
        if action == "apply_start":
            self.begin = time.monotonic()
            for probe in self.probes.values():
                probe.reset()
        elif action == "apply_success":
            self._print(str(migration), time.monotonic() - self.begin)

    def _print(self, name: str, seconds: float) -> None:
        time.sleep(0.02)  # what waited is done now
        waits = {key: probe.reset() for key, probe in self.probes.items()}
        for key, waited in waits.items():
            self.slowest[key] = max(self.slowest.get(key, 0), waited)
        if max(seconds, *waits.values()) >= SHOWN:
            shown = ", ".join(f"{key} {waited:.2f} s" for key, waited in waits.items())
            print(f"{name}: {seconds:.2f} s; longest wait: {shown}", flush=True)


def main() -> None:
    """Migrate and print."""
    servers, done = start(), threading.Event()
    with servers.superuser() as db:
        for table in ("tickets_ticket", "sla_clock", "sla_clockentry", "tickets_ticketevent"):
            (rows,) = db.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
            print(f"{table}: {rows:,} rows")
    probes = {name: Probe(statement, servers, done) for name, statement in PROBES.items()}
    threads = [threading.Thread(target=probe.repeat) for probe in probes.values()]
    for thread in threads:
        thread.start()
    watcher, begin = Watcher(probes), time.monotonic()
    try:
        with owner_scope():
            executor = MigrationExecutor(connection, watcher.note)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            executor.migrate(executor.loader.graph.leaf_nodes(), plan)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    seconds = time.monotonic() - begin
    call_command("migrate", verbosity=0)  # permissions and content types
    print(f"\n{len(plan)} migrations in {seconds:.1f} s")
    for name, waited in watcher.slowest.items():
        print(f"{name}: waited {waited:.2f} s at most")
    for probe in probes.values():
        with suppress(IndexError):
            print(f"FAILED: {probe.statement}: {probe.errors[0]}")


if __name__ == "__main__":
    main()
