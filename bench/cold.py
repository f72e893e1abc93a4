"""The first five calls of a connection, which PostgreSQL plans anew, against later ones."""

from __future__ import annotations

import statistics
import time

import bench.ready  # noqa: F401 (starts the servers and sets up Django)

# isort: split
from django.db import connection
from django.utils import timezone

from accounts.models import Agent, Desk
from accounts.tenancy import desk_scope
from bench.goals import Report
from helpdesk.agent.lists.queue_queries import read_page
from helpdesk.agent.lists.views import select_view

FIRST, CALLS, CONNECTIONS = 5, 40, 5


def run(report: Report) -> None:
    """Report the worst of the first five calls of the queue's rows."""
    ratios = []
    with desk_scope(Desk.objects.get(slug="bench1")):
        agent = Agent.objects.order_by("pk")[0]
        for _ in range(CONNECTIONS):
            connection.close()
            connection.ensure_connection()
            times = [_time_rows(agent) for _ in range(CALLS)]
            ratios.append(max(times[:FIRST]) / statistics.median(times[FIRST:]))
    report.add("queue.cold", statistics.median(ratios))


def _time_rows(agent: Agent) -> float:
    begin = time.perf_counter()
    read_page(select_view(agent, "", at=timezone.now()), agent=agent)
    return time.perf_counter() - begin
