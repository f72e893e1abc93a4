"""A day's work over the API: open a ticket, note, reply, close, list what changed, export all.

PLUMBLINE_SERVER=https://help.example/rocket/api/v1 PLUMBLINE_TOKEN=... python a_days_work.py

The token needs the scope tickets:write.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import TextIO

from plumbline_client import ConflictError, Plumbline


def work(desk: Plumbline, customer: str) -> int:
    """Take a customer's request from the first message to the end. Return the ticket's number."""
    opened = desk.open_ticket(
        {
            "contact": {"email": customer, "name": "Jane Doe"},
            "subject": "The server doesn't start",
            "text": "It stopped after the update this morning.",
        }
    )
    number = opened["number"]
    desk.move_ticket(number, {"move": "investigate"})
    desk.add_note(number, {"text": "The log names an old license file."})
    desk.reply(number, {"text": "Please install version 4.2.1. Does it start then?"})
    desk.move_ticket(number, {"move": "close", "reason": "solved"})
    try:
        desk.move_ticket(number, {"move": "close"})
    except ConflictError as error:
        print(f"It is closed already: {error.detail}", file=sys.stderr)
    return number


def list_changes(desk: Plumbline, since: str) -> tuple[list[int], str]:
    """Return the tickets that changed at that time or later, and the time to ask for next.

    Keep that time between runs. A ticket that changed at exactly that time comes twice, but none
    is missed.
    """
    numbers = []
    for ticket in desk.list_tickets(updated_since=since):
        numbers.append(ticket["number"])
        since = ticket["changed_at"]
    return numbers, since


def export(desk: Plumbline, file: TextIO) -> int:
    """Write every ticket as a line of JSON. Return how many."""
    count = 0
    for ticket in desk.list_tickets():
        file.write(json.dumps(ticket, ensure_ascii=False) + "\n")
        count += 1
    return count


if __name__ == "__main__":
    if "PLUMBLINE_SERVER" not in os.environ or "PLUMBLINE_TOKEN" not in os.environ:
        sys.exit(__doc__)
    desk = Plumbline(os.environ["PLUMBLINE_SERVER"], os.environ["PLUMBLINE_TOKEN"])
    started = datetime.now(UTC).isoformat()
    print(f"Opened and closed ticket {work(desk, 'jane@acme.example')}.", file=sys.stderr)
    time.sleep(10)  # changes appear after a few seconds, so that none is missed
    print(f"Changed since: {list_changes(desk, started)}", file=sys.stderr)
    print(f"Exported {export(desk, sys.stdout)} tickets.", file=sys.stderr)
