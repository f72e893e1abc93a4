"""Typed contexts of relations between tickets (templates/agent/relations)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from helpdesk.shared.components import Component, MessageItem


@dataclass(frozen=True, slots=True)
class RelatedTicket(Component):
    """Another ticket. unlink_url: removes the link; "" if there is none to remove."""

    url: str
    number: str
    subject: str
    status: str
    status_word: str
    unlink_url: str = ""


@dataclass(frozen=True, slots=True)
class Related(Component):
    """The linked tickets of a ticket. link_url: the page to link another one, or ""."""

    groups: tuple[RelatedGroup, ...] = ()
    link_url: str = ""


@dataclass(frozen=True, slots=True)
class RelatedGroup(Component):
    """The tickets that are the same to the one at hand, such as merged into it."""

    heading: str
    tickets: tuple[RelatedTicket, ...]


@dataclass(frozen=True, slots=True)
class TicketCard(Component):
    """A ticket to choose. detail: its requester and account."""

    id: int
    url: str
    number: str
    subject: str
    status: str
    status_word: str
    detail: str
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedItem(Component):
    """In a conversation: a ticket that was merged into it, with its messages, oldest first.

    has_earlier: it has more messages than these.
    """

    compared: ClassVar[frozenset[str]] = frozenset({"kind"})
    text: str
    at_iso: str
    at_text: str
    at_title: str
    url: str
    number: str
    subject: str
    summary: str
    messages: tuple[MessageItem, ...] = ()
    has_earlier: bool = False
    kind: str = field(default="merged", init=False)
