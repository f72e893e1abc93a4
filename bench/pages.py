"""Pages relative to a bare view of the same run (P1 to P6): `python -m bench --only pages`.

One request at a time over one connection, all pages in turn, so that the machine's noise affects
all of them equally. B is the bare view, which only loads session and user. Ratios are those of the
CPU time of web server and PostgreSQL; on a machine that does nothing else, time on the clock gives
the same ones, and is printed beside them.
"""

from __future__ import annotations

import statistics

from bench.ready import SERVERS

# isort: split
from django.utils import timezone

from accounts.models import Agent, Contact, ContactRole, Desk
from accounts.tenancy import desk_scope
from bench.client import Client, Page, sign_in
from bench.cpu import get_cpu_seconds
from bench.goals import Report
from bench.load import RARE_WORD
from bench.statements import watch
from bench.world import find_agent, find_customer
from helpdesk.agent.lists.queue_queries import read_page
from helpdesk.agent.lists.views import select_view
from tickets.models import Message, Ticket

WARM_UP, ROUNDS, REQUESTS = 6, 8, 10
HTMX = {"HX-Request": "true"}
QUEUE, API = "/bench1/agent/", "/bench1/api/v1/tickets/"
# Figures of a page beyond its time: lines of GOALS, by the page's line.
LARGEST_STATEMENT = {"queue": "queue.blocks", "portal.manager": "portal.manager"}
ALL_BLOCKS = {"api.list": "api.list.blocks"}


def run(report: Report) -> None:
    """Measure every page and report."""
    pages = make_pages()
    SERVERS.serve()
    measure(pages)
    print_table(pages)
    for page in pages:
        if page.key and page.key != "portal.manager":
            ratio = page.cpu / pages[0].cpu
            report.add(
                page.key, ratio, f"{page.statements} statements, {page.round_trips} round trips"
            )
    _report_counts(report, {page.name: page for page in pages})
    _report_blocks(report, pages)


def make_pages() -> list[Page]:
    """Return the pages to measure. The first one is B."""
    agent, customer = find_agent(), find_customer()
    staff, guest = sign_in(agent.user), sign_in(customer.user)
    with desk_scope(agent.desk):
        short, long, noted = prepare_tickets(agent.desk)
        Contact.objects.filter(user=customer.user).update(role=ContactRole.MANAGER)
        person = Agent.objects.filter(desk=agent.desk).order_by("pk")[0]
        cursor = read_page(select_view(person, "all", at=timezone.now()), agent=person).older
    new = {
        "contact": {"email": "person7@customer8-bench1.example"},
        "subject": "By API",
        "text": "Some words.",
    }
    return [
        Page("bare view (B)", "/bare/", staff),
        Page("queue", QUEUE, staff, key="queue"),
        Page("queue without rows", f"{QUEUE}?view=unassigned", staff),
        Page("queue, rows only", QUEUE, staff, HTMX, key="queue.rows"),
        Page("queue by priority", f"{QUEUE}?sort=priority", staff, key="queue.priority"),
        Page("second page", f"{QUEUE}?view=all&older={cursor}", staff, key="queue.older"),
        Page("ticket, 5 messages", f"{QUEUE}tickets/{short}/", staff, key="ticket"),
        Page("ticket, 200 messages", f"{QUEUE}tickets/{long}/", staff),
        Page("search", f"{QUEUE}?q={RARE_WORD}", staff, key="search.page"),
        Page("portal, a manager", "/bench1/portal/requests/", guest, key="portal.manager"),
        Page("API list", API, staff, key="api.list"),
        Page("API: open", API, staff, body=new, expected=201, key="api.open"),
        Page(
            "API: note", f"{API}{noted}/notes/", staff, body={"text": "Noted."}, expected=201,
            key="api.note",
        ),
    ]  # fmt: skip


def prepare_tickets(desk: Desk) -> tuple[int, int, int]:
    """Give one ticket 5 messages and another 200. Return their numbers, and one to add notes to."""
    short, long, noted = Ticket.objects.filter(desk=desk, status="open").order_by("pk")[:3]
    for ticket, amount in ((short, 5), (long, 200)):
        first = Message.objects.filter(ticket=ticket, contact__isnull=False)[0]
        more = range(amount - Message.objects.filter(ticket=ticket).count())
        Message.objects.bulk_create(
            Message(
                desk=desk,
                ticket=ticket,
                contact_id=first.contact_id,
                channel="email",
                body_text=first.body_text,
                created_at=first.created_at,
            )
            for _ in more
        )
    return short.number, long.number, noted.number


def measure(pages: list[Page]) -> None:
    client = Client(SERVERS.port)
    for page in pages:
        for _ in range(WARM_UP):
            client.request(page)
        answer = client.request(page, count=True)
        page.statements, page.round_trips = answer.statements, answer.round_trips
        page.size = len(answer.body)
    for _ in range(ROUNDS):
        for page in pages:
            begin = get_cpu_seconds()
            page.milliseconds += [client.request(page).milliseconds for _ in range(REQUESTS)]
            page.cpu += (get_cpu_seconds() - begin) / REQUESTS / ROUNDS


def print_table(pages: list[Page]) -> None:
    unit = statistics.median(pages[0].milliseconds)
    print(
        f"\n{'':<24}{'CPU ms':>8}{'B':>7}{'clock ms':>10}{'p95':>8}{'B':>7}"
        f"{'round trips':>12}{'statements':>11}{'KB':>6}"
    )
    for page in pages:
        median = statistics.median(page.milliseconds)
        slow = statistics.quantiles(page.milliseconds, n=20)[-1]
        print(
            f"{page.name:<24}{page.cpu * 1000:>8.1f}{page.cpu / pages[0].cpu:>7.2f}"
            f"{median:>10.1f}{slow:>8.1f}{median / unit:>7.2f}"
            f"{page.round_trips:>12}{page.statements:>11}{page.size / 1024:>6.0f}"
        )
    print()


def _report_counts(report: Report, pages: dict[str, Page]) -> None:
    queue, ticket = pages["queue"], pages["ticket, 5 messages"]
    report.add("queue.statements", queue.round_trips, f"{queue.statements} statements")
    without = pages["queue without rows"].statements
    report.add("queue.same", max(0, queue.statements - without))
    report.add("ticket.statements", ticket.statements, f"{ticket.round_trips} round trips")
    report.add("ticket.same", max(0, pages["ticket, 200 messages"].statements - ticket.statements))
    report.add("api.open.statements", pages["API: open"].statements)


def _report_blocks(report: Report, pages: list[Page]) -> None:
    client = Client(SERVERS.port)
    for page in pages:
        if page.key not in LARGEST_STATEMENT and page.key not in ALL_BLOCKS:
            continue
        with watch() as usage:
            client.request(page)
        if line := LARGEST_STATEMENT.get(page.key):
            report.add(line, usage.largest, f"{usage.blocks} blocks in all")
        if line := ALL_BLOCKS.get(page.key):
            report.add(line, usage.blocks, f"largest statement {usage.largest}")
