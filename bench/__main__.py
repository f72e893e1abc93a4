"""`python -m bench [TICKETS]`: pages, inbound email and the job for due clocks, on the same rows.

Each figure is printed with its limit. The command fails if a limit is missed.
"""

from __future__ import annotations

import sys

import bench.ready  # noqa: F401 (starts the servers and sets up Django)

# isort: split
from bench import inbound, pages, search, sweep


def main() -> None:
    amount = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    verdicts = [pages.run(amount), search.run(None), inbound.run(None), sweep.run(None)]
    print("\nAll limits held." if all(verdicts) else "\nSome limits were missed; see above.")
    raise SystemExit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
