"""Inbound emails per second and core, relative to the bare minimum with the ORM (P7, P8).

`python -m bench.inbound [TICKETS]`. The product's path is a worker's: store the raw email, parse,
match, find the thread, open or update a ticket with clock, department and agent. "delivered" also
runs the followers, which write the receipt. The bare path parses, sanitizes, looks up the
Message-ID and writes ticket, message, event and clock in one transaction. CPU time is Python's
plus PostgreSQL's.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy

import bench.ready  # noqa: F401 (starts the servers and sets Django up)

# isort: split
import nh3
import psutil
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Contact, Desk
from accounts.tenancy import desk_scope
from bench.emails import PEOPLE, build_email
from bench.load import load
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState, OutgoingEmail
from sla.models import Clock, Target
from tickets.deliveries import deliver
from tickets.models import ActorKind, Message, Ticket, TicketEvent
from tickets.queueing import without_queueing

BATCH, ROUNDS = 25, 6
numbers = itertools.count(1)


@dataclass
class Task:
    """One kind of work on one kind of email, and the seconds per email of each round."""

    name: str
    process: Callable[[bytes], int]
    is_large: bool = False
    is_reply: bool = False
    goal: str = ""
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def per_core(self) -> float:
        """Return emails per second of CPU, the median of the rounds."""
        return 1 / statistics.median(self.cpu)


def receive(raw: bytes) -> int:
    """Process one email as the product does. Return its row's id."""
    inbound = store_inbound(
        provider="raw", raw=raw, content_type="message/rfc822", at=timezone.now(), enqueue=False
    )
    process_inbound(inbound_id=inbound.pk, at=timezone.now())
    return inbound.pk


def receive_and_deliver(raw: bytes) -> int:
    """Do the same and run the followers, which write the receipt and the notification."""
    inbound_id = receive(raw)
    with desk_scope(Bare.desk):
        events = TicketEvent.objects.filter(ticket__inbound=inbound_id).values_list("pk", flat=True)
        deliver(event_ids=list(events), at=timezone.now())
    return inbound_id


def receive_bare(raw: bytes) -> int:
    """Parse, sanitize, find the thread, and write in one transaction; nothing else."""
    mail = message_from_bytes(raw, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    html = nh3.clean(mail.get_body(("html",)).get_content())
    [file.get_content() for file in mail.iter_attachments()]
    desk, contact, target = Bare.desk, Bare.contact, Bare.target
    ids = [i.strip("<>") for i in str(mail["References"] or "").split()]
    with desk_scope(desk), transaction.atomic():
        known = InboundMessage.objects.filter(
            desk=desk, rfc_message_id=mail["Message-ID"].strip("<>")
        ).exists()
        parent = (
            OutgoingEmail.objects.filter(desk=desk, rfc_message_id__in=ids).first() if ids else None
        )
        if not known:
            write_bare(
                desk, contact, target, str(mail["Subject"]), text, html, parent and parent.ticket_id
            )
    return 0


def write_bare(
    desk: Desk,
    contact: Contact,
    target: Target,
    subject: str,
    text: str,
    html: str,
    ticket_id: int | None,
) -> None:
    now = timezone.now()
    if ticket_id is None:
        ticket = Ticket.objects.create(
            desk=desk,
            number=10**9 + next(numbers),
            subject=subject,
            channel="email",
            priority_id=target.priority_id,
            contact=contact,
            account_id=contact.account_id,
            created_at=now,
            updated_at=now,
        )
        ticket_id = ticket.pk
        Clock.objects.create(
            desk=desk,
            ticket=ticket,
            target=target,
            calendar_id=target.calendar_id,
            calendar_version=1,
            target_minutes=480,
            started_at=now,
            warn_at=now + timedelta(hours=6),
            due_at=now + timedelta(hours=8),
        )
    message = Message.objects.create(
        desk=desk,
        ticket_id=ticket_id,
        contact=contact,
        channel="email",
        body_text=text,
        body_html=html,
        created_at=now,
    )
    TicketEvent.objects.create(
        desk=desk, ticket_id=ticket_id, kind="ticket.opened", at=now, actor_kind=ActorKind.CONTACT,
        actor_id=contact.pk, data={"message": message.pk},
    )  # fmt: skip


class Bare:
    """Desk, sender and target of the bare path, looked up once."""

    desk: Desk
    contact: Contact
    target: Target


def run(amount: int | None) -> bool:
    """Load rows unless amount is None, measure and print. Return True if the limits held."""
    if amount is not None:
        load(amount)
    prepare_bare()
    known = create_known_emails()
    tasks = make_tasks()
    for task in tasks:
        for raw in make_batch(task, known, 5):
            task.process(raw)
    for _ in range(ROUNDS):
        for task in tasks:
            run_batch(task, make_batch(task, known, BATCH))
    return print_table(tasks)


def make_tasks() -> list[Task]:
    return [
        Task("2 KB, new ticket", receive, goal="P7"),
        Task("2 KB, new ticket, delivered", receive_and_deliver),
        Task("2 KB, bare", receive_bare),
        Task("50 KB, new ticket", receive, is_large=True, goal="P7"),
        Task("50 KB, bare", receive_bare, is_large=True),
        Task("reply by Message-ID", receive, is_reply=True, goal="P8"),
        Task("reply, bare", receive_bare, is_reply=True),
    ]


def prepare_bare() -> None:
    Bare.desk = Desk.objects.get(slug="bench1")
    with desk_scope(Bare.desk):
        Bare.contact = Contact.objects.filter(account__isnull=False).order_by("pk")[1]
        Bare.target = Target.objects.order_by("pk")[1]


def create_known_emails() -> list[tuple[int, str]]:
    """Open tickets by email and answer them. Return sender numbers and our Message-IDs."""
    raws = [(number, build_email(number)) for number in (next(numbers) for _ in range(40))]
    with without_queueing():
        for _, raw in raws:
            receive_and_deliver(raw)
    found = []
    with desk_scope(Bare.desk):
        for number, raw in raws:
            message_id = message_from_bytes(raw)["Message-ID"].strip("<>")
            inbound = InboundMessage.objects.get(
                rfc_message_id=message_id, state=InboundState.PROCESSED
            )
            ours = OutgoingEmail.objects.filter(ticket_id=inbound.ticket_id).first()
            found.append((number, ours.rfc_message_id if ours else message_id))
    return found


def make_batch(task: Task, known: list[tuple[int, str]], amount: int) -> list[bytes]:
    if task.is_reply:
        people = len(known)
        chosen = [known[next(numbers) % people] for _ in range(amount)]
        return [
            build_email(number + PEOPLE * (10 + next(numbers)), reply_to=parent)
            for number, parent in chosen
        ]
    return [build_email(next(numbers), is_large=task.is_large) for _ in range(amount)]


def run_batch(task: Task, batch: list[bytes]) -> None:
    """Process the emails of a batch and record the CPU and wall seconds of each."""
    connection.ensure_connection()
    backend = psutil.Process(connection.connection.info.backend_pid)
    cpu, wall = get_cpu_seconds(backend), time.perf_counter()
    with without_queueing():
        for raw in batch:
            task.process(raw)
    task.cpu.append((get_cpu_seconds(backend) - cpu) / len(batch))
    task.wall.append((time.perf_counter() - wall) / len(batch))


def get_cpu_seconds(backend: psutil.Process) -> float:
    """Return the CPU seconds so far of this process and its PostgreSQL backend."""
    times = backend.cpu_times()
    return time.process_time() + times.user + times.system


def print_table(tasks: list[Task]) -> bool:
    print(f"\n{'inbound email':<28}{'per s and core':>15}{'wall ms':>9}{'of bare':>9}")
    bare = {(t.is_large, t.is_reply): t.per_core for t in tasks if t.process is receive_bare}
    verdicts = []
    for task in tasks:
        share = task.per_core / bare[task.is_large, task.is_reply]
        is_within = share >= 0.6 if task.goal == "P7" else task.per_core >= 45
        verdict = "" if not task.goal else "limit met" if is_within else "limit missed"
        bar = {"P7": "limit 60 %", "P8": "limit 45 /s"}.get(task.goal, "")
        wall = statistics.median(task.wall) * 1000
        print(f"{task.name:<28}{task.per_core:>15.0f}{wall:>9.1f}{share:>9.0%}  {bar} {verdict}")
        verdicts.append(not task.goal or is_within)
    return all(verdicts)


def main() -> None:
    is_within = run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    raise SystemExit(0 if is_within else 1)


if __name__ == "__main__":
    main()
