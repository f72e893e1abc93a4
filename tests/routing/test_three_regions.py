"""Two days of three regions, through the services: nobody off shift, capacities held, handed back.

bench/three_regions.py runs the same for a month.
"""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from accounts.models import Desk
from accounts.tenancy import desk_scope
from bench.regions.life import Life
from bench.regions.watching import Watcher
from bench.regions.world import CAPACITY, make_world
from tickets.queueing import without_queueing


@pytest.mark.django_db
@pytest.mark.parametrize("start", [date(2026, 10, 25)], ids=["clocks change in Europe"])
def test_regions_hand_work_to_each_other(start: date) -> None:
    desk = Desk.objects.create(
        slug="regions",
        name="Regions",
        ticket_prefix="TR",
        agent_capacity=CAPACITY,
        quiet_minutes=15,
        idle_minutes=0,
    )
    random = Random(3)
    with desk_scope(desk), without_queueing():
        world = make_world(desk, start=start, days=2, size=3, random=random)
        watcher = Watcher(world)
        with watcher.watching():
            Life(world, watcher, random, a_day=60).run()
        handovers = watcher.check_handovers()
    found = watcher.findings
    assert found.violations == []
    assert found.counts["claims"] > 20
    assert found.spread <= 3
    assert handovers["handovers"] > 0
    assert handovers["noted"] == handovers["handovers"]
    assert found.first_responses
