"""Search in the database (P4, P5, P12): words of every frequency, in a large and a small desk.

Each search runs in the application's role through the function that pages use: five times on new
connections, then warm. Only its statement is timed; numbers and addresses are looked up by others.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.ready import SERVERS

# isort: split
from django.db import connection

from accounts.models import Account, Agent, Contact, Department, Desk
from accounts.tenancy import desk_scope
from bench.bulk_texts import (
    COMMON_WORD,
    FREQUENCIES,
    OLD_WORD,
    OTHER_WORD,
    OWN_WORD,
    RARE_WORD,
    make_vocabulary,
)
from bench.goals import Report
from tickets.search.find import search_for_agent, search_for_contact

FIRST, WARM, CONNECTIONS = 5, 15, 3
LARGE, SMALL = "bench1", "bench50"


def run(report: Report) -> None:
    """Report the slowest search of each desk, warm, and of a connection's first five calls."""
    print_sizes()
    print(f"{'':<44}{'hits':>6}{'first 5':>9}{'warm':>9}  ms")
    first = {}
    for slug, goal in ((LARGE, "search.large"), (SMALL, "search.small")):
        warm = {}
        desk = Desk.objects.get(slug=slug)
        with desk_scope(desk):
            for name, search in list_searches(desk):
                key = f"{slug}: {name}"
                first[key], warm[key] = measure(key, search)
        slowest = max(warm, key=lambda key: warm[key])
        report.add(goal, warm[slowest], slowest)
    slowest = max(first, key=lambda key: first[key])
    report.add("search.first", first[slowest], slowest)


def print_sizes() -> None:
    with SERVERS.superuser() as db:
        sizes = db.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('tickets_searchdocument')),"
            " pg_size_pretty(pg_relation_size('search_document_words'))"
        ).fetchone()
        assert sizes is not None
    print(f"search documents: {sizes[0]} with indexes, of which words {sizes[1]}")


def list_searches(desk: Desk) -> list[tuple[str, Callable[[], Any]]]:
    """Return searches of agents who see all or one department, and of a customer."""
    words = make_vocabulary()
    frequent, middle, seldom = words[5], words[200], words[5000]
    account = Account.objects.order_by("pk")[1]
    asked = [
        COMMON_WORD,
        *FREQUENCIES,
        OLD_WORD,
        OWN_WORD,
        OTHER_WORD,
        "接続",
        "xyzzyxyzzy",
        frequent,
        middle,
        seldom,
        COMMON_WORD[:3],
        f"{frequent} {middle}",
        f"{COMMON_WORD} {RARE_WORD}",
        f"{COMMON_WORD} -{RARE_WORD}",
        f'"{frequent} {middle}"',
        f"{middle}-{words[201]}",
        account.name,
        Contact.objects.order_by("pk")[1].email,
    ]
    agent = Agent.objects.with_closed_departments().order_by("pk")[0]
    few = Agent.objects.order_by("pk")[0]
    few.closed_departments = list(Department.objects.values_list("pk", flat=True)[:2])
    contact = Contact.objects.order_by("pk")[1]
    return [
        *((words, lambda words=words: search_for_agent(agent, words).ids) for words in asked),
        *(
            (f"one department: {words}", lambda words=words: search_for_agent(few, words).ids)
            for words in (COMMON_WORD, RARE_WORD, OLD_WORD)
        ),
        (f"customer: {COMMON_WORD}", lambda: search_for_contact(contact, COMMON_WORD)),
    ]


def measure(name: str, search: Callable[[], list[int]]) -> tuple[float, float]:
    """Print and return the slowest of the first five calls and the median of warm ones, in ms.

    Of several connections the best counts: what else the machine does isn't the search's.
    """
    firsts, warm = [], []
    for _ in range(CONNECTIONS):
        connection.close()
        Desk.objects.first()
        firsts.append(max(_time(search) for _ in range(FIRST)))
        warm.append(statistics.median(_time(search) for _ in range(WARM)))
    first, middle = min(firsts), min(warm)
    print(f"{name:<44}{len(search()):>6}{first:>9.1f}{middle:>9.1f}", flush=True)
    return first, middle


def _time(search: Callable[[], list[int]]) -> float:
    """Return the milliseconds of the search's statement."""
    taken = 0.0

    def clock(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        nonlocal taken
        begin = time.perf_counter()
        result = execute(sql, *args)
        if "search_documents(" in sql:
            taken += time.perf_counter() - begin
        return result

    with connection.execute_wrapper(clock):
        search()
    return taken * 1000
