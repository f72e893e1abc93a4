"""Load a desk's events into SQLite, as a warehouse would: by cursor, and again without doubles.

    PLUMBLINE_TOKEN=… python load_events.py https://help.example.com/rocket events.db

It needs only Python. The token needs the scope webhooks:read. Stop it whenever you like: events and
cursor are stored in one transaction, and the next run continues where this one ended. Run it
with --follow to wait for what happens next.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import urllib.parse
import urllib.request
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, type TEXT, at TEXT, ticket INTEGER, actor TEXT, facts TEXT
);
CREATE TABLE IF NOT EXISTS position (one INTEGER PRIMARY KEY CHECK (one = 1), after TEXT);
"""


def fetch(desk: str, token: str, after: str, *, wait: int) -> dict[str, Any]:
    """Return a page of the feed."""
    query = urllib.parse.urlencode({"after": after, "wait": wait, "limit": 200})
    request = urllib.request.Request(  # noqa: S310 (the URL is yours)
        f"{desk}/api/v1/events/?{query}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=wait + 30) as response:  # noqa: S310
        page: dict[str, Any] = json.load(response)
    return page


def store(database: sqlite3.Connection, page: dict[str, Any]) -> None:
    """Store a page and the cursor after it, together."""
    rows = [
        (
            event["id"],
            event["type"],
            event["timestamp"],
            event["ticket"],
            event["actor"]["name"],
            json.dumps(event["facts"]),
        )
        for event in page["results"]
    ]
    with database:
        database.executemany("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.execute("INSERT OR REPLACE INTO position VALUES (1, ?)", [page["after"]])


def load(desk: str, token: str, path: str, *, follow: bool = False) -> int:
    """Load all events since the last run. Return how many."""
    database = sqlite3.connect(path)
    database.executescript(TABLES)
    found = database.execute("SELECT after FROM position").fetchone()
    after, count, is_more = (found[0] if found else "0"), 0, True
    while is_more or follow:
        page = fetch(desk, token, after, wait=25 if follow and not is_more else 0)
        store(database, page)
        after, is_more, count = page["after"], page["has_more"], count + len(page["results"])
    database.close()
    return count


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--follow"]
    if len(given) != 2 or "PLUMBLINE_TOKEN" not in os.environ:
        sys.exit(__doc__)
    address, file = given
    number = load(
        address.rstrip("/"), os.environ["PLUMBLINE_TOKEN"], file, follow="--follow" in sys.argv
    )
    print(f"{number} events")
