"""Typed contexts of notifications, quarantine and email sources."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Notice(Component):
    """An unread notification. url: a post to it marks it as read and opens its ticket."""

    url: str
    text: str
    subject: str
    at_iso: str
    at_text: str
    at_title: str


@dataclass(frozen=True, slots=True)
class HeldEmail(Component):
    """A quarantined or unreadable email. at_text: its age; at_moment: its date and time."""

    url: str
    source_url: str
    decision_url: str
    is_held: bool
    is_discarded: bool
    sender: str
    subject: str
    state: str
    state_word: str
    reason: str
    at_iso: str
    at_text: str
    at_moment: str
    at_title: str


@dataclass(frozen=True, slots=True)
class EmailFile(Component):
    """A file inside an email's source."""

    name: str
    size_text: str


@dataclass(frozen=True, slots=True)
class EmailSource(Component):
    """An email as plain text. source: up to a limit; is_cut: the download has more.

    deleted: a sentence with the date when the source was deleted; then there is no download.
    """

    title: str
    subject: str
    facts: Pairs
    text: str = ""
    files: tuple[EmailFile, ...] = ()
    source: str = ""
    is_cut: bool = False
    deleted: str = ""
