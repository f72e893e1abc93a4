"""Import tickets from another help desk, kill the import three times, and compare.

`python -m bench.import_kill [TICKETS]`. Both desks must end with the same counts in every table,
and another import of the same file must change nothing. Prints the rate of the undisturbed one, and
its rate and memory at each tenth.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bench.ready  # noqa: F401 (starts the servers and sets Django up)

# isort: split
from django.utils import timezone

from accounts.models import Account, Contact, Desk
from accounts.tenancy import desk_scope
from bench.cpu import get_cpu_seconds
from tickets.exchange.running import run_imports
from tickets.exchange.runs import create_run, start_run
from tickets.models import (
    Attachment,
    ImportedRow,
    ImportProblem,
    ImportRun,
    ImportState,
    Message,
    Note,
    QueueRow,
    SearchDocument,
    Ticket,
    TicketEvent,
    TicketTag,
)
from tickets.queueing import without_queueing

SEED = 7
KILLS = 3
MESSAGES = 4  # of each ticket
PEOPLE = 50  # tickets for each person
TENTHS = 10
TEXT = (
    "Since the update of last night the {thing} of our {place} answers with error {number}. We have"
    " restarted it twice and checked the cables, without success. What else can we try? "
)
THINGS = ("printer", "gateway", "mail server", "database", "phone system", "badge reader")
PLACES = ("warehouse", "office in Porto", "clinic", "second floor", "plant", "shop")
TABLES = (
    Account, Contact, Ticket, Message, Note, Attachment, TicketEvent, TicketTag, QueueRow,
    SearchDocument, ImportedRow, ImportProblem,
)  # fmt: skip
CHILD = """
import sys, django
django.setup()
from django.utils import timezone
from accounts.tenancy import desk_scope
from bench.cpu import get_cpu_seconds
from tickets.exchange.running import run_imports
from tickets.queueing import without_queueing
desk = int(sys.argv[1])
with desk_scope(desk), without_queueing():
    while run_imports(desk_id=desk, at=timezone.now()):
        pass
"""


def run(amount: int) -> bool:
    """Import both ways and compare. Return True if everything holds."""
    with tempfile.TemporaryDirectory() as folder, without_queueing():
        path = Path(folder) / "records.ndjson"
        with path.open("w") as file:
            file.writelines(json.dumps(record) + "\n" for record in list_records(amount))
        whole = import_file(make_desk("whole"), path, amount)
        killed = make_desk("killed")
        upload(killed, path)
        kills = import_and_kill(killed)
        print(f"killed {kills} times while it was imported: {count_rows(killed)}")
        same = count_rows(whole) == count_rows(killed)
        before = count_rows(whole)
        import_file(whole, path, amount)
        unchanged = count_rows(whole) == before
    print(f"same counts: {same}; a second import changes nothing: {unchanged}")
    return same and unchanged and kills == KILLS


def list_records(amount: int) -> Iterator[dict[str, Any]]:
    """Yield a help desk's records: people, and tickets of four messages and a note."""
    chance = random.Random(SEED)
    people = max(1, amount // PEOPLE)
    for n in range(people):
        yield {"kind": "account", "id": n, "name": f"Firm {n}", "domains": [f"firm{n}.example"]}
        yield {
            "kind": "contact", "id": n, "name": f"Ann No. {n}", "email": f"ann@firm{n}.example",
            "account": n,
        }  # fmt: skip
    for n in range(5):
        yield {"kind": "agent", "id": n, "name": f"Agent {n}"}
    for n in range(amount):
        yield from list_of_ticket(n, n % people, chance)


def list_of_ticket(n: int, person: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield a ticket with its messages, its note and an event."""
    day = f"20{20 + n % 6}-{1 + n % 12:02}-{1 + n % 28:02}"
    of_ticket = {"ticket": n, "created_at": f"{day}T09:00:00Z"}
    yield {
        "kind": "ticket", "id": n, "number": f"OLD-{n}", "subject": f"Problem {n}",
        "state": "closed" if n % 20 else "open", "contact": person, "assignee": n % 5,
        "created_at": f"{day}T08:00:00Z", "closed_at": f"{day}T20:00:00Z" if n % 20 else None,
        "tags": [chance.choice(THINGS)],
    }  # fmt: skip
    for place in range(MESSAGES):
        thing, where = chance.choice(THINGS), chance.choice(PLACES)
        text = TEXT.format(thing=thing, place=where, number=chance.randrange(10_000))
        author = {"agent": n % 5} if place % 2 else {"contact": person}
        yield {
            "kind": "message",
            "id": n * MESSAGES + place,
            "text": text * 3,
            **author,
            **of_ticket,
        }
    yield {"kind": "note", "id": n, "agent": n % 5, "text": "Seen before.", **of_ticket}
    yield {
        "kind": "event", "id": n, "ticket": n, "event": "status.changed",
        "at": f"{day}T10:00:00Z", "data": {"status": ["open", "investigating"]},
    }  # fmt: skip


def make_desk(slug: str) -> Desk:
    """Create an empty desk."""
    return Desk.objects.create(slug=slug, name=slug.title(), ticket_prefix=slug[0].upper())


def upload(desk: Desk, path: Path) -> ImportRun:
    """Upload the file, read it and start the import."""
    with desk_scope(desk):
        with path.open("rb") as file:
            run = create_run(
                desk=desk, file=file, file_name=path.name, reader="neutral", at=timezone.now()
            )
        while run.state == ImportState.READING:
            run_imports(desk_id=desk.pk, at=timezone.now())
            run.refresh_from_db()
        start_run(run, {}, by=None, at=timezone.now())
    return run


def import_file(desk: Desk, path: Path, amount: int) -> Desk:
    """Import the file undisturbed, and print how long that took."""
    began = time.monotonic()
    run = upload(desk, path)
    read, cpu_before = time.monotonic(), measure_cpu()
    print(f"reading: at most {get_peak_memory()} MiB", flush=True)
    with desk_scope(desk):
        for _ in range(1, TENTHS):
            import_tenth(run, amount)
        while run_imports(desk_id=desk.pk, at=timezone.now()):
            pass
        run.refresh_from_db()
    took = time.monotonic() - read
    print(
        f"{amount:,} tickets read in {read - began:.0f} s, {run.state} in {took:.0f} s:"
        f" {amount / took:.0f} tickets/s, {amount / (measure_cpu() - cpu_before):.0f} per second of"
        f" CPU; {run.counts}",
        flush=True,
    )
    return desk


def import_tenth(run: ImportRun, amount: int) -> None:
    """Import about a tenth of the tickets, and print at which rate."""
    before, began = count_tickets(run), time.monotonic()
    done = 0
    while done < amount / TENTHS and run_imports(desk_id=run.desk_id, at=timezone.now()):
        done = count_tickets(run) - before
    rate = done / (time.monotonic() - began)
    print(f"{before + done:,} tickets: {rate:.0f}/s, at most {get_peak_memory()} MiB", flush=True)


def count_tickets(run: ImportRun) -> int:
    """Return how many tickets a run has imported or compared."""
    run.refresh_from_db(fields=["counts"])
    return sum(run.counts.get("ticket", {}).values())


def measure_cpu() -> float:
    """Return the CPU seconds so far of this process and of PostgreSQL."""
    return time.process_time() + get_cpu_seconds()


def get_peak_memory() -> int:
    """Return the most memory that this process has used, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def import_and_kill(desk: Desk) -> int:
    """Import in processes, of which the first ones are killed at random moments."""
    chance, kills = random.Random(SEED), 0
    while True:
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(desk.pk)], env={**os.environ})
        begun = get_handled(desk)
        wanted = chance.randint(2_000, 6_000) if kills < KILLS else sys.maxsize
        while child.poll() is None and get_handled(desk) < begun + wanted:
            time.sleep(0.05)
        if child.poll() is not None:
            return kills
        time.sleep(chance.random())
        child.kill()
        child.wait()
        kills += 1


def get_handled(desk: Desk) -> int:
    with desk_scope(desk):
        return ImportRun.objects.values_list("handled", flat=True).latest("pk")


def count_rows(desk: Desk) -> dict[str, int]:
    """Return the number of rows in each table that an import writes."""
    with desk_scope(desk):
        return {model.__name__: model._base_manager.filter(desk=desk).count() for model in TABLES}


if __name__ == "__main__":
    raise SystemExit(0 if run(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000) else 1)
