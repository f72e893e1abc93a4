"""Typed contexts of the partials that agent pages and portal pages share.

A template reads attributes only, so a name that is missing fails in a test instead of showing
nothing (tests/interface/test_partials.py). All texts are finished and translated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.safestring import SafeString


class Component:
    """Base of typed contexts.

    Django's templates try `context[name]` before `context.name`; answering the first try saves an
    exception for each value that a page shows.
    """

    __slots__ = ()
    __getitem__ = object.__getattribute__
    # The fields that the component's partial compares with something (helpdesk.shared.patterns).
    compared: ClassVar[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Link(Component):
    """A tab, a pill or a plain link."""

    url: str
    label: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Option(Component):
    """An option of a select."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Pagination(Component):
    """Links to the pages beside this one; "" at an end. summary: such as "12 tickets found"."""

    newer_url: str = ""
    older_url: str = ""
    newer_label: str = ""
    older_label: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class EmptyState(Component):
    """The empty state of a list: what belongs there, and one action or none."""

    title: str
    text: str = ""
    action_url: str = ""
    action_label: str = ""


@dataclass(frozen=True, slots=True)
class PacketFact(Component):
    """A fact of a support packet."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class PacketItem(Component):
    """The facts of a support packet, or why it couldn't be read (problem).

    use_url: the form that fills the version into the ticket's field, or "".
    """

    title: str = ""
    facts: tuple[PacketFact, ...] = ()
    plugins: tuple[PacketFact, ...] = ()
    plugins_title: str = ""
    version: str = ""
    use_url: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FileItem(Component):
    """An attachment. image_url: its preview, or "".

    preview_note: why an image has no preview, or not yet. refused: why it has no content, or "".
    view_url: a page that shows it, or "". remove_url: the form that removes it, for those who may.
    packet: what was read from it, for agents.
    """

    url: str
    name: str
    size_text: str
    image_url: str = ""
    preview_note: str = ""
    refused: str = ""
    view_url: str = ""
    remove_url: str = ""
    packet: PacketItem | None = None


@dataclass(frozen=True, slots=True)
class Delivery(Component):
    """Delivery state of a message's emails. state: "sent", "delivered", "failed" or "waiting"."""

    compared: ClassVar[frozenset[str]] = frozenset({"state"})
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class ReactionItem(Component):
    """A reaction to a note. names: of who reacted. is_mine: the reader is one of them."""

    compared: ClassVar[frozenset[str]] = frozenset({"icon"})
    kind: str
    icon: str
    label: str
    names: str
    count: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class NoteTools(Component):
    """The reactions to a note and what its reader can do. Without URLs, the reader can only read.

    choices: the reactions that the reader can add.
    """

    reactions: tuple[ReactionItem, ...]
    choices: tuple[ReactionItem, ...]
    react_url: str
    pin_url: str
    is_pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageItem(Component):
    """A message or note in a conversation.

    kind: "customer", "reply", "auto", "note", "update" about a defect, or "side" for a message of a
    side conversation. forward_url: where an agent forwards it, or "". html is sanitized and safe,
    "" for plain text. text is escaped, with links. tone: the color of the author's avatar.
    to: the recipients of a reply. sent_urls: its emails as sent. source_url: the email as received.
    unanswered_iso, unanswered_text: since when a customer's message has no reply, for agents.
    tools: of a note.
    channel_delivery: of a reply by a channel other than email. again_url, email_url: where an agent
    sends one that failed again, or by email instead; "" if that isn't possible. mail_again_url:
    where an agent sends emails that failed again, or "".
    """

    compared: ClassVar[frozenset[str]] = frozenset({"kind"})
    id: int | str
    kind: str
    author: str
    initials: str
    tone: str
    text: SafeString
    at_iso: str
    at_text: str
    at_title: str
    address: str = ""
    channel: str = ""
    channel_label: str = ""
    html: str = ""
    quoted: str = ""
    files: tuple[FileItem, ...] = ()
    notices: tuple[str, ...] = ()
    to: str = ""
    delivery: Delivery | None = None
    source_url: str = ""
    sent_urls: tuple[Link, ...] = ()
    channel_delivery: Delivery | None = None
    again_url: str = ""
    forward_url: str = ""
    email_url: str = ""
    mail_again_url: str = ""
    unanswered_iso: str = ""
    unanswered_text: str = ""
    tools: NoteTools | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventItem(Component):
    """An event between the messages of a conversation."""

    compared: ClassVar[frozenset[str]] = frozenset({"kind"})
    text: str
    at_iso: str
    at_text: str
    at_title: str
    kind: str = field(default="event", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRun(Component):
    """Events that follow each other without a message between them, folded into one line.

    id: stays while the run grows. text: how many there are, and the latest. The times are those of
    the latest.
    """

    compared: ClassVar[frozenset[str]] = frozenset({"kind"})
    id: int
    text: str
    events: tuple[EventItem, ...]
    at_iso: str
    at_text: str
    at_title: str
    kind: str = field(default="events", init=False)
