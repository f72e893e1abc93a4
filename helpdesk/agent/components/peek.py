"""Typed context of a ticket's preview beside the list."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class Peek(Component):
    """A ticket beside the list. url: its own page."""

    number: str
    subject: str
    status: str
    status_word: str
    requester: str
    url: str
