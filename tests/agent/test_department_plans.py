"""With a hidden department, each hot query of the Tickets page still uses its index."""

from __future__ import annotations

import pytest

from accounts.models import Agent
from tests.agent.test_queue_plans import (
    PLACES,
    VIEWS,
    check_view,
    crowd,
    explain_badges,
    full,
)
from tests.cast import Cast
from tests.departments import close_department

__all__ = ["crowd", "full"]  # the desk with thousands of tickets


@pytest.mark.parametrize("place", PLACES)
def test_each_view_goes_through_its_index(full: Cast, place: str) -> None:
    close_department(full, "community", members=())
    agent = Agent.objects.get(pk=full.analyst.pk)
    for named, sort, index in VIEWS:
        check_view(full, agent, named, sort, index, place)


def test_no_badge_looks_through_the_whole_table(full: Cast) -> None:
    close_department(full, "community", members=())
    plan = explain_badges(Agent.objects.get(pk=full.analyst.pk))
    hidden = full.departments["community"].pk
    assert "Seq Scan on tickets_queuerow" not in plan
    assert plan.count(f"department_id <> ALL ('{{{hidden}}}'::bigint[])") >= 3
