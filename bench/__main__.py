"""`python -m bench [TICKETS] [--only PART ...] [--table FILE]`: measure the whole product.

Every figure is judged against its bar and aim (bench/goals.py), printed as it is found, and at the
end as a table. The command fails if a bar is missed. With BENCH_DATA=FOLDER the loaded rows are
kept for the next run.
"""

from __future__ import annotations

import argparse
import importlib
import time
from pathlib import Path

from bench.goals import Report

# In this order: what floods the queues comes after the pages, and the HOT updates of all last.
PARTS = [
    "hours", "pages", "cold", "search", "reading", "services", "sweep", "mail", "streams", "burst",
    "hot", "start",
]  # fmt: skip


def main() -> None:
    options = _parse()
    report, begin = Report(), time.monotonic()
    load = importlib.import_module("bench.load")  # starts the servers
    seconds = load.load_once(options.tickets)
    print(
        f"{options.tickets:,} tickets, {4 * options.tickets:,} messages, loaded in {seconds:.0f} s"
    )
    for part in options.only:
        print(f"\n{part} ({time.monotonic() - begin:.0f} s)", flush=True)
        importlib.import_module(f"bench.{part}").run(report)
    table = report.format_table()
    print(f"\n{options.tickets:,} tickets\n\n{table}")
    if options.table:
        options.table.write_text(table + "\n")
    raise SystemExit(1 if report.has_missed else 0)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("tickets", type=int, nargs="?", default=10_000)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--table", type=Path, help="also write the table to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
