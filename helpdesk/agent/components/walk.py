"""Typed context of the way from a ticket back to its list, and to the next ticket in it."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class Walk(Component):
    """The list that a ticket was opened from. url: where this comes from, for another list.

    is_known: the page's URL names the list. previous_url, next_url: the tickets beside it, or "".
    """

    number: str
    url: str
    back_url: str
    back_title: str
    is_known: bool = False
    previous_url: str = ""
    next_url: str = ""
