"""Typed contexts of side conversations (templates/agent/side)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class SideItem(Component):
    """In a ticket's conversation: a side conversation, folded.

    title: with whom, and how many messages. mark: what needs attention, or "". excerpt: of the
    newest message.
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
    kind: str = field(default="side", init=False)
