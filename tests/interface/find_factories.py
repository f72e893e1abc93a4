"""Cards of the requester chooser and the command bar, for tests of templates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from helpdesk.agent.finding.cards import FoundGroup, FoundLink
from helpdesk.agent.new_tickets.cards import Candidate, Chooser, OpenRequest

CANDIDATE = Candidate(
    value="contact:1",
    name="Zoë <Keller>",
    detail="zoe@helvetia.example",
    terms="Helvetia AG: Customer, Gold",
    hotline="Hotline: High only.",
    is_chosen=True,
    tickets=(OpenRequest(url="/1", reference="RC-1", subject="Printer <b>", status="Open"),),
    more_url="/more",
)


def make_chooser(**changes: Any) -> Chooser:
    return replace(Chooser(candidates=(CANDIDATE,), notice="New contact: no account."), **changes)


def make_options(**changes: Any) -> dict[str, Any]:
    link = FoundLink("/tickets/1", "RC-1 <b>Printer", "Open")
    group = FoundGroup("tickets", "Tickets", "ticket", (link, replace(link, detail="")))
    given = {"words": "<b>printer", "groups": (group,), "search_url": "/all", "found": "2 results"}
    return given | changes
