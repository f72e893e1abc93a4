"""An upgrade of a filled database: how long each migration takes, and what waits for it meanwhile.

    BENCH_DATA=/tmp/old python -m bench 100000 --only hours  # in a checkout of the earlier release
    BENCH_DATA=/tmp/old python -m bench.upgrade              # in this one

Runs `migrate` as in production, with its short waits for locks. All the while, sessions read, write
and add what the earlier release reads, writes and adds. The longest that each had to wait and the
statements that failed are printed.
"""

from __future__ import annotations

import io
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from accounts.tenancy import system_scope
from bench.servers import Servers, start
from helpdesk.management.commands.migrate import Command as Migrate

# Columns that every release has.
PROBES = {
    "read": (
        "SELECT t.subject, c.due_at, q.updated_at FROM tickets_ticket t"
        " LEFT JOIN sla_clock c ON c.ticket_id = t.id"
        " JOIN tickets_queuerow q ON q.ticket_id = t.id WHERE t.id = 10"
    ),
    "write a ticket": "UPDATE tickets_ticket SET updated_at = updated_at WHERE id = 11",
    "write a clock": "UPDATE sla_clock SET due_at = due_at WHERE ticket_id = 12",
    "add a message": (
        "INSERT INTO tickets_message (channel, body_text, body_html, quoted_text, is_automatic,"
        " remarks, created_at, contact_id, desk_id, ticket_id) SELECT channel, 'New.', '', '',"
        " false, '[]', now(), contact_id, desk_id, id FROM tickets_ticket WHERE id = 13"
    ),
    # Like Django's, it has all columns of its version.
    "add a ticket": (
        "INSERT INTO tickets_ticket (number, {columns}) SELECT 1000000000 + nextval('numbers'),"
        " {columns} FROM tickets_ticket WHERE id = 14"
    ),
}
LIST_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
WHERE attrelid = 'tickets_ticket'::regclass AND attnum > 0 AND NOT attisdropped
  AND attname NOT IN ('id', 'number')
"""
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
    count: int = 0

    def repeat(self) -> None:
        with self.servers.superuser() as db:
            while not self.done.wait(0.005):
                self.begun = time.monotonic()
                try:
                    self.count += 1
                    db.execute(self.statement)
                except psycopg.Error as error:
                    self.errors.append(str(error).partition("\n")[0])
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
    count: int = 0

    def note(self, action: str, migration: object = None, fake: bool = False) -> None:
        """Receive the progress of Django's migration executor."""
        if action == "apply_start":
            self.begin = time.monotonic()
            for probe in self.probes.values():
                probe.reset()
        elif action == "apply_success":
            self.count += 1
            self._print(str(migration), time.monotonic() - self.begin)

    def _print(self, name: str, seconds: float) -> None:
        time.sleep(0.02)  # what waited is done now
        waits = {key: probe.reset() for key, probe in self.probes.items()}
        for key, waited in waits.items():
            self.slowest[key] = max(self.slowest.get(key, 0), waited)
        if max(seconds, *waits.values()) >= SHOWN:
            shown = ", ".join(f"{key} {waited:.2f} s" for key, waited in waits.items())
            print(f"{name}: {seconds:.2f} s; longest wait: {shown}", flush=True)


class Measured(Migrate):
    """`migrate`, which tells a watcher what it does."""

    def __init__(self, watcher: Watcher) -> None:
        super().__init__()
        self.watcher = watcher

    def migration_progress_callback(self, action: str, *args: Any, **options: Any) -> None:
        super().migration_progress_callback(action, *args, **options)
        self.watcher.note(action, *args, **options)


def main() -> None:
    """Migrate and print."""
    servers, done = start(), threading.Event()
    probes = prepare_probes(servers, done)
    watcher, begin = Watcher(probes), time.monotonic()
    with ThreadPoolExecutor(len(probes)) as sessions:
        for probe in probes.values():
            sessions.submit(probe.repeat)
        try:
            call_command(Measured(watcher), verbosity=1, stdout=io.StringIO())
        finally:
            done.set()
    print(f"\n{watcher.count} migrations in {time.monotonic() - begin:.1f} s")
    for name, probe in probes.items():
        waited = watcher.slowest.get(name, 0)
        print(f"{name}: {probe.count:,} times, waited {waited:.2f} s at most")
        for error, count in Counter(probe.errors).most_common():
            print(f"  {count:,} failed: {error}")
    open_pages()


def prepare_probes(servers: Servers, done: threading.Event) -> dict[str, Probe]:
    with servers.superuser() as db:
        for table in ("tickets_ticket", "sla_clock", "sla_clockentry", "tickets_ticketevent"):
            (rows,) = db.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
            print(f"{table}: {rows:,} rows")
        db.execute("CREATE SEQUENCE IF NOT EXISTS numbers")
        (columns,) = db.execute(LIST_COLUMNS).fetchone() or ("",)
    return {
        name: Probe(statement.replace("{columns}", columns), servers, done)
        for name, statement in PROBES.items()
    }


def open_pages() -> None:
    """Open the queue and a ticket as an agent of the largest desk."""
    with system_scope("sign in after an upgrade"):
        people, tickets = (
            apps.get_model(name).objects for name in ("accounts.Agent", "tickets.Ticket")
        )
        agent = people.select_related("user", "desk").order_by("desk_id", "pk")[0]
        number = tickets.filter(desk=agent.desk).order_by("-pk")[0].number
    call_command("collectstatic", verbosity=0, interactive=False)
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(agent.user)
    for path in ("", f"tickets/{number}/"):
        url = f"/{agent.desk.slug}/agent/{path}"
        print(f"{url}: {browser.get(url).status_code}")


if __name__ == "__main__":
    main()
