"""A fix is released for 500 linked tickets: each customer hears about it once, and pages stay fast.

`python -m bench.releases [TICKETS]`. As many people open a ticket each. All tickets are with R&D
and linked to one defect, and the customers are told that it was reported. Then the fix is released,
and while the workers tell everyone, pages are requested in turn and a worker is killed with all its
processes and started again. The command fails if

- a ticket has more or less than one update per stage, or isn't back with its analyst,
- a customer gets more or less than one email per stage, or an email arrives twice more often than
  a kill can explain (under the same Message-ID),
- the mail server sees more connections at once than there are worker processes, or
- a page's median time is more than 1.2 times what it was before.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.ready import SERVERS

# isort: split
from celery import current_app
from django.utils import timezone

from accounts.models import Agent, Contact, ContactRole, Desk, Level
from accounts.tenancy import desk_scope
from bench.client import Client, Page, sign_in
from bench.load import load_once
from bench.mail import wait_until
from bench.workload import count_waiting
from bench.world import find_agent, find_customer
from channels_intake.models import MailKind, OutgoingEmail
from tickets.actors import Actor
from tickets.defects.creating import create_defect
from tickets.defects.linking import link_ticket
from tickets.defects.moving import Release, add_release
from tickets.models import Channel, Defect, DefectUpdate, Priority, Stage, State, Ticket
from tickets.queueing import without_queueing
from tickets.services import NewMessage, NewTicket, Origin, open_ticket

SLUG, LIMIT, TIMEOUT = "bench1", 1.2, 900.0
ROUNDS = 60  # of each page before the release
KILLED, KILLED_AFTER = "worker-background", 0.3  # once this share of the tickets was told
PROCESSES = 3  # of each worker (helpdesk/supervisor/processes.py)
MAX_DOUBLED = PROCESSES  # emails that the mail server had accepted when their process was killed


def main(amount: int) -> None:
    """Run, print, and fail if a promise was broken."""
    load_once(10_000)
    desk = Desk.objects.get(slug=SLUG)
    SERVERS.serve()
    current_app.control.purge()
    with desk_scope(desk):
        agent = Agent.objects.filter(desk=desk).order_by("pk")[0]
        defect = prepare(desk, agent, amount)
        print(f"{amount} tickets of as many people are linked to {defect.key}")
        pages = make_pages(defect)
        with SERVERS.working():
            wait_until(lambda: is_told(defect, Stage.REPORTED, amount), TIMEOUT)
            before = measure(pages, rounds=ROUNDS)
            watch, by = Watch(defect, amount), Actor.of(agent)
            add_release(defect_id=defect.pk, release=Release("9.1"), by=by, at=timezone.now())
            during = measure(pages, until=watch.is_done)
            print(f"{amount} customers were told within {watch.seconds:.0f} s")
        found = [*check_once(defect, amount), *check_emails(defect), *compare(before, during)]
    print("\n".join(found) or "Each ticket has one update and one email, and no page was slower.")
    raise SystemExit(1 if found else 0)


def prepare(desk: Desk, agent: Agent, amount: int) -> Defect:
    """Create a defect, and link tickets that wait for R&D."""
    at = timezone.now()
    fields = {"title": "Upload crashes", "severity": "critical"}
    with without_queueing():
        ids = open_tickets(desk, amount)
        defect = create_defect(desk=desk, agent=agent, fields=fields, at=at)
        for ticket_id in ids:
            link_ticket(defect_id=defect.pk, ticket_id=ticket_id, agent=agent, at=at)
    return defect


def open_tickets(desk: Desk, amount: int) -> list[int]:
    """Open a ticket for each of so many people, and hand it to R&D. Return the IDs."""
    people = Contact.objects.filter(desk=desk, account__isnull=False)
    contacts = list(people.select_related("account__plan").order_by("pk")[:amount])
    if len(contacts) < amount:
        raise SystemExit(f"Only {len(contacts)} people at this desk.")
    priority, ids = Priority.objects.order_by("rank")[1], []
    for contact in contacts:
        new = NewTicket(
            subject="Upload crashes",
            message=NewMessage(text="It crashes with 11 MB.", channel=Channel.WEB),
            origin=Origin(contact, contact.account_id),
            priority=priority,
        )
        ids.append(open_ticket(desk=desk, new=new, by=Actor.of(contact), at=timezone.now()).pk)
    Ticket.objects.filter(pk__in=ids).update(level=Level.RND, status=State.ESCALATED)
    return ids


def make_pages(defect: Defect) -> list[Page]:
    """Return the pages that people have open meanwhile."""
    agent, customer = find_agent(SLUG), find_customer(SLUG)
    Contact.objects.filter(user=customer.user).update(role=ContactRole.MANAGER)
    staff, guest = sign_in(agent.user), sign_in(customer.user)
    number = defect.links.earliest("pk").ticket.number
    return [
        Page("queue", f"/{SLUG}/agent/", staff),
        Page("linked ticket", f"/{SLUG}/agent/tickets/{number}/", staff),
        Page("defects", f"/{SLUG}/agent/defects/", staff),
        Page("defect", f"/{SLUG}/agent/defects/{defect.number}/", staff),
        Page("API list", f"/{SLUG}/api/v1/tickets/", staff),
        Page("portal list", f"/{SLUG}/portal/requests/", guest),
    ]


def measure(
    pages: list[Page], *, rounds: int = 0, until: Callable[[], bool] | None = None
) -> dict[str, float]:
    """Request all pages in turn. Return the median milliseconds of each."""
    client = Client(SERVERS.port)
    taken: dict[str, list[float]] = {page.name: [] for page in pages}
    while len(taken[pages[0].name]) < rounds or (until and not until()):
        for page in pages:
            taken[page.name].append(client.request(page).milliseconds)
    return {name: statistics.median(times) for name, times in taken.items()}


def is_told(defect: Defect, stage: Stage, amount: int) -> bool:
    """Return True once the updates about a stage were written and all emails have left."""
    told = DefectUpdate.objects.filter(defect=defect, stage=stage).count()
    return told >= amount and not count_waiting()


@dataclass
class Watch:
    """Waits until everyone was told, and kills a worker once on the way."""

    defect: Defect
    amount: int
    begin: float = field(default_factory=time.monotonic)
    has_killed: bool = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begin

    def is_done(self) -> bool:
        """Return True once everyone was told and all emails have left."""
        if self.seconds > TIMEOUT:
            raise SystemExit(f"Not done within {TIMEOUT:.0f} s: {count_waiting()} still wait.")
        told = DefectUpdate.objects.filter(defect=self.defect, stage=Stage.RELEASED).count()
        if told >= KILLED_AFTER * self.amount and not self.has_killed:
            self.has_killed = True
            bulk = next(child for child in SERVERS.workers if child.name == KILLED)
            bulk.kill_group()
            print(f"killed {bulk.name} when {told} were told")
        for child in SERVERS.workers:
            child.restart_if_dead(time.monotonic())
        return told >= self.amount and not count_waiting()


def check_once(defect: Defect, amount: int) -> Iterator[str]:
    """Yield what was not told exactly once, and tickets that R&D still has."""
    for stage in (Stage.REPORTED, Stage.RELEASED):
        told = DefectUpdate.objects.filter(defect=defect, stage=stage)
        if set(Counter(told.values_list("ticket", flat=True)).values()) != {1}:
            yield f"{stage}: not one update for each ticket"
        if told.count() != amount:
            yield f"{stage}: {told.count()} updates"
    left = Ticket.objects.filter(defect_links__defect=defect).exclude(level=Level.L1)
    if count := left.count():
        yield f"{count} tickets are still with R&D"


def check_emails(defect: Defect) -> Iterator[str]:
    """Yield what did not arrive once for each customer and stage, and broken send limits."""
    tickets = defect.links.values("ticket")
    mails = OutgoingEmail.objects.filter(ticket__in=tickets, kind=MailKind.DEFECT, state="sent")
    sent = Counter(mails.values_list("contact", flat=True))
    readers = set(defect.links.values_list("ticket__contact", flat=True))
    print(f"{len(sent)} customers, {sum(sent.values())} emails")
    if set(sent) != readers or set(sent.values()) != {2}:
        yield f"{len(readers)} customers, emails for each: {dict(Counter(sent.values()))}"
    ids = {f"<{name}>" for name in mails.values_list("rfc_message_id", flat=True)}
    arrived = Counter(mail.message_id for mail in SERVERS.sink.received if mail.message_id in ids)
    if lost := len(ids) - len(arrived):
        yield f"{lost} emails never arrived"
    doubled = sum(arrived.values()) - len(arrived)
    print(f"{doubled} emails arrived twice, under one Message-ID")
    if doubled > MAX_DOUBLED:
        yield f"{doubled} emails arrived twice, more than a kill explains"
    peak, limit = SERVERS.sink.peak, 2 * PROCESSES
    print(f"{peak} connections to the mail server at once, at most {limit} allowed")
    if peak > limit:
        yield f"{peak} connections to the mail server at once"


def compare(before: dict[str, float], during: dict[str, float]) -> Iterator[str]:
    """Print the pages' times, and yield those that were slower than the limit."""
    for name, quiet in before.items():
        ratio = during[name] / quiet
        print(f"{name:<16}{quiet:>7.1f} ms before, {during[name]:>7.1f} ms during: {ratio:.2f}x")
        if ratio > LIMIT:
            yield f"{name} took {ratio:.2f} times as long"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
