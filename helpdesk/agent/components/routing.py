"""The routing rules that were tried on a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class RuleCheck(Component):
    """A condition in words, and what it saw."""

    condition: str
    seen: str
    holds: bool


@dataclass(frozen=True, slots=True)
class RuleEffect(Component):
    """An action in words. refused: why it had no effect, or ""."""

    action: str
    refused: str


@dataclass(frozen=True, slots=True)
class RuleCard(Component):
    """A rule, and whether it applied. tone: a color's name, or ""."""

    name: str
    result: str
    tone: str
    checks: tuple[RuleCheck, ...]
    effects: tuple[RuleEffect, ...]


@dataclass(frozen=True, slots=True)
class TraceCard(Component):
    """The rules as they were tried at one time."""

    title: str
    version: str
    at_iso: str
    at_text: str
    at_title: str
    rules: tuple[RuleCard, ...]
