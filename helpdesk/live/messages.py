"""The messages on the channels of live pages, and their format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent

# A fact's values before and after a change. A missing fact is unknown and may have any value.
Facts = Mapping[str, frozenset[Any]]

# Event kinds that change a fact but lack its former value or its ID.
_HIDES = {
    "priority": {EventKind.PRIORITY_CHANGED},
    "department": {EventKind.DEPARTMENT_CHANGED},
    "account": {
        EventKind.TERMS_CHANGED,
        EventKind.ACCOUNT_CHANGED,
        EventKind.SENDER_VERIFIED,
        EventKind.REQUESTER_CHANGED,
        EventKind.REQUESTER_LEFT,
    },
}


class Held(NamedTuple):
    """The number of a desk's quarantined emails, as the sidebar shows it; "0" for none."""

    shown: str

    @classmethod
    def parse(cls, text: str) -> Held | None:
        """Return the count in a channel message "held 7", or None for any other message."""
        name, _, shown = text.partition(" ")
        return cls(shown) if name == "held" else None

    def __str__(self) -> str:
        return f"held {self.shown}"


class DefectChange(NamedTuple):
    """The number of a defect that changed; 0 if only the order of the R&D queue did."""

    number: int

    @classmethod
    def parse(cls, text: str) -> DefectChange | None:
        """Return the change in a channel message "defect 12", or None for any other message."""
        name, _, number = text.partition(" ")
        return cls(int(number)) if name == "defect" and number.isdecimal() else None

    def __str__(self) -> str:
        return f"defect {self.number}"


class IncomingCall(NamedTuple):
    """A call, and the agent who takes it: it is shown on their pages only."""

    call_id: int
    agent_id: int

    @classmethod
    def parse(cls, text: str) -> IncomingCall | None:
        """Return the call in a channel message "call 12 7", or None for any other message."""
        name, *ids = text.split(" ")
        if name != "call" or len(ids) != 2 or not all(one.isdecimal() for one in ids):
            return None
        return cls(int(ids[0]), int(ids[1]))

    def __str__(self) -> str:
        return f"call {self.call_id} {self.agent_id}"


@dataclass(frozen=True, slots=True)
class Change:
    """A ticket that changed, who may see it now, and which lists it affects.

    department_id, assignee_id: 0 means none. facts: see list_facts.
    """

    number: int
    department_id: int = 0
    assignee_id: int = 0
    facts: Facts = field(default_factory=dict)

    @classmethod
    def of(cls, ticket: Ticket, events: Iterable[TicketEvent] = ()) -> Change:
        """Return the change that these events of one transaction made to a ticket."""
        department_id, assignee_id = ticket.department_id or 0, ticket.assignee_id or 0
        return cls(ticket.number, department_id, assignee_id, list_facts(ticket, list(events)))

    @classmethod
    def parse(cls, text: str) -> Change | None:
        """Return the change in a channel message, or None if another version sent it."""
        try:
            number, department_id, assignee_id, facts = json.loads(text)
            known = {name: frozenset(values) for name, values in facts.items()}
        except (ValueError, TypeError, AttributeError):
            return None
        return cls(number, department_id, assignee_id, known)

    def __str__(self) -> str:
        facts = {name: sorted(values) for name, values in self.facts.items()}
        parts = [self.number, self.department_id, self.assignee_id, facts]
        return json.dumps(parts, separators=(",", ":"))


def list_facts(ticket: Ticket, events: list[TicketEvent]) -> Facts:
    """Return the facts that decide which lists show a ticket, before and after these events.

    Without events, the facts before are unknown, so this returns none. ``due`` has the earliest
    deadline, in seconds since 1970.
    """
    if not events:
        return {}
    kinds = {event.kind for event in events}
    now = {
        "channel": ticket.channel,
        "priority": ticket.priority_id or 0,
        "department": ticket.department_id or 0,
        "account": ticket.account_id or 0,
    }
    facts = {name: frozenset([value]) for name, value in now.items() if name not in _HIDES}
    is_new = EventKind.TICKET_OPENED in kinds
    facts |= {name: frozenset([now[name]]) for name in _HIDES if is_new or not kinds & _HIDES[name]}
    facts["status"] = frozenset([ticket.status, *_list_values(events, "status")])
    facts["level"] = frozenset([ticket.level, *_list_values(events, "level")])
    assignees = [ticket.assignee_id, *_list_values(events, "assignee")]
    facts["assignee"] = frozenset(assignee or 0 for assignee in assignees)
    facts["due"] = frozenset([min(_list_deadlines(ticket, events))])
    return facts


def _list_values(events: list[TicketEvent], name: str) -> list[Any]:
    return [value for event in events for value in event.data.get(name) or ()]


def _list_deadlines(ticket: Ticket, events: list[TicketEvent]) -> list[int]:
    named = [event.data.get(name) for event in events for name in ("due_at", "was_due_at")]
    former = [datetime.fromisoformat(value) for value in named if value]
    return [int(at.timestamp()) for at in [ticket.due_at, *former]]
