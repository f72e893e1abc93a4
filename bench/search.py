"""Search in the database (P4, P5, P12): `python -m bench.search [TICKETS]`.

Each search runs in the application's role through the function that pages use: first on a new
connection, then again on it.
"""

from __future__ import annotations

import statistics
import sys
import time

from bench.ready import SERVERS

# isort: split
from django.db import connection

from accounts.models import Account, Contact, Desk
from accounts.tenancy import desk_scope
from bench.load import COMMON_WORD, RARE_WORD, load
from tickets.search.find import MAX_HITS, search_for_contact, search_tickets

REPEATS = 20
LIMIT = 150  # ms (P5)


def run(amount: int | None) -> bool:
    """Load unless amount is None, measure and print. Return True if every search is in time."""
    if amount:
        print(f"{amount:,} tickets loaded in {load(amount):.0f} s; bench1 has half of them")
    print_sizes()
    print(f"{'':<58}{'hits':>6}{'first':>9}{'median':>9}{'slowest':>9}  ms")
    is_within = True
    for slug in ("bench1", "bench50"):
        desk = Desk.objects.get(slug=slug)
        with desk_scope(desk):
            for words in list_searches(desk):
                is_within &= measure(desk, words)
    measure_portal()
    return is_within


def print_sizes() -> None:
    with SERVERS.superuser() as db:
        db.execute("VACUUM ANALYZE tickets_searchdocument")
        sizes = db.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('tickets_searchdocument')),"
            " pg_size_pretty(pg_relation_size('search_document_words'))"
        ).fetchone()
        assert sizes is not None
    print(f"\nsearch documents: {sizes[0]} with indexes, of which words {sizes[1]}")


def list_searches(desk: Desk) -> list[str]:
    account = Account.objects.filter(desk=desk).order_by("pk")[3]
    with connection.cursor() as cursor:
        cursor.execute("SELECT body_text FROM tickets_message ORDER BY id LIMIT 1")
        words = sorted(set(cursor.fetchone()[0].split()), key=len)
    name = account.name.split()[-1]
    return [
        RARE_WORD,
        COMMON_WORD,
        "接続",
        "xyzzyxyzzy",
        words[0],
        words[-1],
        words[-1][:4],
        f"{words[-1]} {words[-2]}",
        f"{name} {words[-1]}",
        f"{COMMON_WORD} {RARE_WORD}",
        f"{COMMON_WORD} -{RARE_WORD}",
        f'"{COMMON_WORD} {words[-1]}"',
        account.name,
    ]


def measure(desk: Desk, words: str) -> bool:
    """Time one search of a desk. Return True if it is fast enough, on a new connection too."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    milliseconds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        found = search_tickets(desk=desk, words=words, limit=MAX_HITS)
        milliseconds.append((time.perf_counter() - begin) * 1000)
    first, middle, slowest = milliseconds[0], statistics.median(milliseconds), max(milliseconds)
    verdict = "" if max(first, middle) <= LIMIT else "limit missed"
    print(
        f"{desk.slug + ': ' + words:<58}{len(found):>6}{first:>9.1f}{middle:>9.1f}{slowest:>9.1f}"
        f"  {verdict}"
    )
    return not verdict


def measure_portal() -> None:
    with desk_scope(Desk.objects.get(slug="bench1")):
        contact = Contact.objects.order_by("pk")[1]
        begin = time.perf_counter()
        found = search_for_contact(contact, COMMON_WORD)
        taken = (time.perf_counter() - begin) * 1000
        print(f"{'portal: ' + COMMON_WORD:<58}{len(found):>6}{taken:>9.1f}")


def main() -> None:
    is_within = run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    raise SystemExit(0 if is_within else 1)


if __name__ == "__main__":
    main()
