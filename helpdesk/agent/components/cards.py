"""Typed contexts of customer cards (templates/agent/cards)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class CardPlace(Component):
    """The place of a card in a ticket's panel, filled when the page has opened."""

    key: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class CardLine(Component):
    """A component of a card: text, number, badge, link or table."""

    kind: str
    label: str
    text: str
    tone: str
    url: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    compared: ClassVar[frozenset[str]] = frozenset({"kind"})


@dataclass(frozen=True, slots=True)
class CustomerCardView(Component):
    """A card as it came, or why it didn't. problem: "" if it came."""

    place: CardPlace
    lines: tuple[CardLine, ...] = ()
    problem: str = ""
    fetched_iso: str = ""
    fetched_text: str = ""
