"""`python -m bench`: pages, inbound mail and the sweep of due clocks, in one run on one set of rows.

`python -m bench 100000` for another amount of tickets. What must hold stands beside each figure as its bar; a bar
that is missed is said, and makes the command fail.
"""

from __future__ import annotations

import sys

import bench.ready  # noqa: F401 (starts the servers and sets Django up)

# isort: split
from bench import inbound, pages, sweep


def main() -> None:
    amount = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    verdicts = [pages.run(amount), inbound.run(None), sweep.run(None)]
    print("\nEvery bar held." if all(verdicts) else "\nNot every bar held; see above.")
    raise SystemExit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
