"""Typed contexts of side conversations (templates/agent/side)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class SideItem(Component):
    """In a ticket's conversation: a side conversation, folded.

    title: with whom, and how many messages. mark: what needs attention, or "". excerpt: of the
    newest message. reply_url: the composer in the card, or "" if the reader may not write.
    origin_text, origin_url: the merged ticket that it was started on, or "".
    """

    compared: ClassVar[frozenset[str]] = frozenset({"kind"})
    id: int
    url: str
    title: str
    subject: str
    author: str
    excerpt: str
    at_iso: str
    at_text: str
    at_title: str
    mark: str = ""
    tone: str = ""
    reply_url: str = ""
    origin_text: str = ""
    origin_url: str = ""
    kind: str = field(default="side", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePerson(Component):
    """A third party. removal_url: removes them from the conversation; "" for the last one."""

    email: str
    removal_url: str
