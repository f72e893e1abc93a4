"""Typed contexts of the lead's board (templates/agent/board)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class LaneRow(Component):
    """Open tickets of a department at a level. url: the list of the department's tickets.

    oldest_iso, oldest_text: how long the customer who waits longest has had no reply, or "".
    """

    department: str
    level: str
    url: str
    open_tickets: int
    unassigned: int
    unanswered: int
    oldest_iso: str
    oldest_text: str
    soon: int
    breached: int


@dataclass(frozen=True, slots=True)
class WaitingTicket(Component):
    """A ticket on the board that no agent works on, and why."""

    url: str
    number: str
    subject: str
    priority: str
    since_iso: str
    since_text: str
    reason: str


@dataclass(frozen=True, slots=True)
class HourBar(Component):
    """Breaches and unassigned tickets in an hour of the day.

    breached_height, unassigned_height: of the bars, 0 to 20. handover: whose shift ends in this
    hour, or "". tick: the hour, 0 to 23. label: for screen readers.
    """

    tick: str
    breached: int
    unassigned: int
    breached_height: int
    unassigned_height: int
    handover: str
    label: str


@dataclass(frozen=True, slots=True)
class StaffRow(Component):
    """An agent on the board. state: a PresenceState, or "missing".

    load, capacity: the weight of tickets; a capacity of 0 is no limit. until: when the shift ends.
    hotline: that the agent should be connected to the hotline and isn't, or "".
    """

    name: str
    initials: str
    tone: str
    level: str
    region: str
    state: str
    state_label: str
    state_tone: str
    load: int
    capacity: int
    until: str
    hotline: str = ""
