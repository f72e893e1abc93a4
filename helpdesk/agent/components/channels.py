"""Typed contexts of a ticket's conversation at a channel (templates/agent/ticket)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class ChannelFact(Component):
    """A fact about a conversation: a text, or a link with the label as its text.

    stars: a rating as five signs, or "".
    """

    label: str
    text: str = ""
    url: str = ""
    stars: str = ""


@dataclass(frozen=True, slots=True)
class ChannelPanel(Component):
    """A conversation in the panel of its ticket. ended: when it was ended, or ""."""

    title: str
    is_public: bool
    ended: str
    facts: tuple[ChannelFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyChoice(Component):
    """A way to reply. problem: why it can't be taken, or ""; url: where to answer instead, or "".

    max_chars, max_bytes: of one message, or 0; unit: what counts as a character, for the counter.
    """

    key: str
    label: str
    selected: bool
    problem: str = ""
    url: str = ""
    notes: tuple[str, ...] = ()
    is_public: bool = False
    max_chars: int = 0
    max_bytes: int = 0
    unit: str = "chars"
    may_split: bool = True
