"""Typed contexts of the start page (templates/agent/start)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.agent.components.lists import TicketRow
from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class Shortlist(Component):
    """The first tickets of a list. key: of its heading. empty: what is said if there are none.

    by_waiting: shows since when the customer waits, instead of the deadline. more_url: the whole
    list, or "" if nothing is left out. count: of all its tickets, "" if it shows none.
    """

    key: str
    title: str
    rows: tuple[TicketRow, ...]
    empty: str
    more_url: str = ""
    by_waiting: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver(Component):
    """A ticket that was handed over to the agent and that they have yet to accept."""

    url: str
    number: str
    subject: str
    sender: str
    at_iso: str
    at_text: str


@dataclass(frozen=True, slots=True)
class MyDay(Component):
    """The agent's day. shift: a sentence. lines: further times, such as absences."""

    day: str
    shift: str
    lines: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Measure(Component):
    """A number about the desk's quality. note: what is counted."""

    value: str
    label: str
    note: str
