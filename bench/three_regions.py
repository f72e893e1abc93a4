"""A month of three regions that hand work to each other, with leave, swaps and peaks.

`python -m bench.three_regions [DAYS] [--seed N]`. A simulated clock drives the product's own
services. The command fails if an agent off shift gets or answers a ticket, a capacity is exceeded,
an assignment makes loads differ by more than its own weight, a handover has no note, or a ticket
isn't handed back once its owner is there.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date, timedelta
from random import Random

import bench.ready  # noqa: F401 (starts the servers)

# isort: split
from accounts.models import Desk
from accounts.tenancy import desk_scope
from bench.regions.life import Life
from bench.regions.watching import Watcher
from bench.regions.world import CAPACITY, make_world
from tickets.queueing import without_queueing

START = date(2026, 10, 19)  # clocks change in Europe on the 25th, in America on November 1
AGENTS_PER_REGION, TICKETS_A_DAY = 5, 40


def main() -> None:
    """Simulate, print what was found, and fail if a rule was broken."""
    options = _parse()
    begin = time.monotonic()
    desk = Desk.objects.create(
        slug="regions", name="Three regions", ticket_prefix="TR", time_zone="UTC",
        agent_capacity=CAPACITY, quiet_minutes=15, idle_minutes=0,
    )  # fmt: skip
    random = Random(options.seed)
    with desk_scope(desk), without_queueing():
        world = make_world(
            desk, start=START, days=options.days, size=AGENTS_PER_REGION, random=random
        )
        watcher = Watcher(world)
        with watcher.watching():
            Life(world, watcher, random, a_day=TICKETS_A_DAY).run()
        handovers = watcher.check_handovers()
    print(f"{options.days} days, seed {options.seed}, {len(world.people)} agents")
    _report(watcher, handovers)
    print(f"simulated in {time.monotonic() - begin:.0f} s")
    raise SystemExit(1 if watcher.findings.violations else 0)


def _report(watcher: Watcher, handovers: dict[str, int]) -> None:
    found = watcher.findings
    for name, count in sorted(found.counts.items()):
        print(f"{name or 'assigned by hand':28} {count:6,}")
    for name, count in handovers.items():
        print(f"{'handovers ' + name if name != 'handovers' else name:28} {count:6,}")
    print(f"{'heaviest load after a claim':28} {found.heaviest:6} of {CAPACITY}")
    print(f"{'largest spread among equals':28} {found.spread:6} (an urgent ticket weighs 3)")
    waits = sorted(found.first_responses)
    print(f"first responses to urgent tickets: {len(waits)},")
    print(f"  median {_minutes(statistics.median(waits))}, longest {_minutes(waits[-1])} min")
    print(f"rules broken: {len(found.violations)}")
    for line in found.violations[:20]:
        print(f"  {line}")


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.three_regions", description=__doc__)
    parser.add_argument("days", type=int, nargs="?", default=30)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
