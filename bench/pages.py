"""Pages relative to a bare view of the same run (P1 to P6): `python -m bench.pages [TICKETS]`.

One request at a time over one connection, all pages in turn, so that the machine's noise affects
all of them equally. B is the bare view, which only loads session and user.
"""

from __future__ import annotations

import statistics
import sys
import time

from bench.ready import SERVERS

# isort: split
from django.db import connection
from django.utils import timezone

from accounts.models import Agent, Desk
from accounts.tenancy import desk_scope
from bench.client import Client, Page, sign_in
from bench.load import COMMON_WORD, RARE_WORD, load
from bench.world import find_agent, find_customer
from helpdesk.agent.queue_queries import read_page, select_view
from tickets.models import Message, Ticket
from tickets.search.find import search_tickets

WARM_UP, ROUNDS = 6, 60
HTMX = {"HX-Request": "true"}


def run(amount: int) -> bool:
    """Load, serve, measure and print. Return True if all limits held."""
    seconds = load(amount)
    print(
        f"{amount:,} tickets and {4 * amount:,} messages at 100 desks, loaded in {seconds:.0f} s; "
        "desk 1 has half of them"
    )
    pages = make_pages()
    SERVERS.serve()
    measure(pages)
    is_within = print_table(pages)
    with desk_scope(Desk.objects.get(slug="bench1")):
        print_database_figures()
    return is_within


def make_pages() -> list[Page]:
    """Return the pages to measure. The first one is B."""
    agent, customer = find_agent(), find_customer()
    staff, guest = sign_in(agent.user), sign_in(customer.user)
    with desk_scope(agent.desk):
        short, long, noted = prepare_tickets(agent.desk)
        cursor = read_page(
            select_view(_agent(agent.desk), "all", at=timezone.now()), agent=_agent(agent.desk)
        ).older
    queue, api = "/bench1/agent/", "/bench1/api/tickets/"
    new = {
        "contact": {"email": "person7@customer8-bench1.example"},
        "subject": "By API",
        "text": "Some words.",
    }
    fast = {"limit": 5, "goal": 3}
    return [
        Page("bare view (B)", "/bare/", staff),
        Page("queue, 50 rows, whole page", queue, staff, limit=8, goal=4, max_round_trips=8),
        Page("queue, no rows, whole page", f"{queue}?view=unassigned", staff, max_round_trips=8),
        Page("queue, rows only (htmx)", queue, staff, HTMX, limit=5, goal=3, max_round_trips=8),
        Page(
            "all tickets, second page", f"{queue}?view=all&older={cursor}", staff,
            limit=8, goal=4, max_round_trips=8,
        ),
        Page("ticket, 5 messages", f"{queue}tickets/{short}/", staff, **fast, max_round_trips=14),
        Page("ticket, 200 messages", f"{queue}tickets/{long}/", staff, max_round_trips=14),
        Page("search, a word in 0.1 %", f"{queue}?q={RARE_WORD}", staff, limit=6, goal=4),
        Page("portal: own requests", "/bench1/portal/requests/", guest),
        Page("API: open a ticket", api, staff, body=new, expected=201, **fast, max_round_trips=16),
        Page(
            "API: add a note", f"{api}{noted}/notes/", staff, body={"text": "Noted."}, expected=201,
            **fast, max_round_trips=16,
        ),
    ]  # fmt: skip


def _agent(desk: Desk) -> Agent:
    return Agent.objects.filter(desk=desk).order_by("pk")[0]


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
            page.milliseconds.append(client.request(page).milliseconds)


def print_table(pages: list[Page]) -> bool:
    unit = statistics.median(pages[0].milliseconds)
    print(
        f"\n{'':<28}{'median':>8}{'p95':>8}{'B':>7}{'limit':>6}{'goal':>5}"
        f"{'round trips':>12}{'statements':>11}{'KB':>6}"
    )
    verdicts = [_print_line(page, unit) for page in pages]
    return all(verdicts)


def _print_line(page: Page, unit: float) -> bool:
    median = statistics.median(page.milliseconds)
    slow = statistics.quantiles(page.milliseconds, n=20)[-1]
    ratio = median / unit
    counted = f"{page.round_trips}" + (
        f" of {page.max_round_trips}" if page.max_round_trips else ""
    )
    is_within = (page.limit is None or ratio <= page.limit) and (
        page.max_round_trips is None or page.round_trips <= page.max_round_trips
    )
    verdict = "" if page.limit is None and is_within else "limit missed"
    if is_within and page.limit is not None:
        verdict = "goal met" if page.goal and ratio <= page.goal else "limit met"
    print(
        f"{page.name:<28}{median:>8.1f}{slow:>8.1f}{ratio:>7.2f}"
        f"{page.limit or '-':>6}{page.goal or '-':>5}"
        f"{counted:>12}{page.statements:>11}{page.size / 1024:>6.0f}  {verdict}"
    )
    return is_within


def print_database_figures() -> None:
    """Print the blocks that the queue reads (P2) and the slowest search (P5), inside the wall."""
    desk = Desk.objects.get(slug="bench1")
    for view in ("", "all"):
        rows = select_view(_agent(desk), view, at=timezone.now()).order_by("-updated_at", "-id")[
            :51
        ]
        plan = rows.explain(analyze=True, buffers=True)
        print(f"queue {view or 'open'!r}: {count_blocks(plan)} blocks (limit 300)")
    for word in (COMMON_WORD, RARE_WORD):
        begin = time.perf_counter()
        hits = search_tickets(desk=desk, words=word)
        print(
            f"search {word!r}: {(time.perf_counter() - begin) * 1000:.1f} ms"
            f" for {len(hits)} hits (limit 150 ms)"
        )
    connection.close()


def count_blocks(plan: str) -> int:
    """Return the shared blocks of the plan's top node."""
    line = next(line for line in plan.splitlines() if "Buffers:" in line)
    return sum(
        int(part.split("=")[1]) for part in line.split() if part.startswith(("hit=", "read="))
    )


def main() -> None:
    is_within = run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    raise SystemExit(0 if is_within else 1)


if __name__ == "__main__":
    main()
