"""A day's work over the API: open a ticket, reply, note, investigate, close, list what changed.

PLUMBLINE_SERVER=https://help.example/rocket/api/v1 PLUMBLINE_TOKEN=... python a_days_work.py
"""

from __future__ import annotations

import json
import os
import sys
from typing import TextIO

from plumbline_client import ConflictError, Plumbline


def work(desk: Plumbline, customer: str) -> int:
    """Take a customer's request from the first message to the end. Return the ticket's number."""
    opened = desk.open_ticket(
        {
            "contact": {"email": customer, "name": "Ana Souza"},
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


def export(desk: Plumbline, file: TextIO) -> int:
    """Write every ticket as a line of JSON. Return how many."""
    count = 0
    for ticket in desk.list_tickets():
        file.write(json.dumps(ticket, ensure_ascii=False) + "\n")
        count += 1
    return count


if __name__ == "__main__":
    desk = Plumbline(os.environ["PLUMBLINE_SERVER"], os.environ["PLUMBLINE_TOKEN"])
    work(desk, "ana.souza@acme.example")
    export(desk, sys.stdout)
