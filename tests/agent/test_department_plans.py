"""With a hidden department, each hot query of the Tickets page still uses its index."""

from __future__ import annotations

import pytest

from accounts.models import Agent
from helpdesk.agent.filters import ORDERS
from helpdesk.agent.queue_queries import PAGE_SIZE, select_rows, select_view
from helpdesk.shared.cursors import Cursor, select_newer, select_older
from tests.agent.test_queue_plans import (
    JOINED_BLOCKS,
    PAGE_BLOCKS,
    VIEWS,
    explain,
    explain_badges,
    full,
)
from tests.cast import NOON, Cast
from tests.departments import close_department

__all__ = ["full"]  # the desk with thousands of tickets


@pytest.mark.parametrize("place", ["first", "older", "newer"])
def test_each_view_goes_through_its_index(full: Cast, place: str) -> None:
    close_department(full, "community", members=())
    agent = Agent.objects.get(pk=full.analyst.pk)
    for named, sort, index in VIEWS:
        view = named if isinstance(named, str) else named(full)
        order, tickets = ORDERS[sort], select_view(agent, view, at=NOON)
        cursor = Cursor(order.sort(tickets).values_list(*order.fields)[10])
        if place == "newer":
            page = select_newer(tickets, cursor, size=PAGE_SIZE, order=order)
        else:
            page = select_older(
                tickets, cursor if place == "older" else None, size=PAGE_SIZE, order=order
            )
        rows = select_rows(page, agent, order=order, backwards=place == "newer")
        walked, blocks = explain(rows.sql, rows.params)
        assert (view, sort, walked) == (view, sort, {index})
        assert blocks <= PAGE_BLOCKS + 51 * JOINED_BLOCKS


def test_no_badge_looks_through_the_whole_table(full: Cast) -> None:
    close_department(full, "community", members=())
    plan = explain_badges(Agent.objects.get(pk=full.analyst.pk))
    hidden = full.departments["community"].pk
    assert "Seq Scan on tickets_ticket" not in plan
    assert plan.count(f"department_id <> ALL ('{{{hidden}}}'::bigint[])") >= 4
