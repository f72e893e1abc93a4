"""Typed contexts of the ticket page (templates/agent/ticket)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.forms import Form

from helpdesk.agent.components.channels import ReplyChoice
from helpdesk.agent.components.replies import Recipient
from helpdesk.agent.help.attention import EscalationCard
from helpdesk.shared.components import Component, Link, MessageItem, Option
from helpdesk.shared.drafts import FormDraft


@dataclass(frozen=True, slots=True)
class MergeNotice(Component):
    """On a merged ticket: the one that goes on, or None if the reader can't see it."""

    into: Link | None


@dataclass(frozen=True, slots=True)
class TicketHeader(Component):
    """Title and facts of a ticket, and the addresses its page reloads its parts from.

    hold: until when and why it is on hold, or "". escalation: of its account, or None. clock: the
    SLA clock that is due next, or None. tier: the plan of the account, or "". impact: on the
    customer's business, or "". merge: None unless it was merged. old_number: of an imported one.
    """

    number: str
    raw_number: int
    subject: str
    channel: str
    channel_label: str
    status: str
    status_word: str
    priority_rank: int
    priority_name: str
    requester: str
    opened_iso: str
    opened_text: str
    opened_title: str
    closed_reason: str
    is_unverified: bool
    hold: str
    queue_url: str
    queue_title: str
    live_url: str
    typing_url: str
    part_url: str
    panel_url: str
    escalation: EscalationCard | None = None
    read_url: str = ""
    clock: ClockPanel | None = None
    tier: str = ""
    impact: str = ""
    merge: MergeNotice | None = None
    old_number: str = ""


@dataclass(frozen=True, slots=True)
class ClockPanel(Component):
    """An SLA clock of a ticket. percent: of the time used, 0 to 100. url: its explanation."""

    name: str
    state: str
    due_iso: str
    due_text: str
    due_live: bool
    due_title: str
    percent: int
    target: str
    line: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Component):
    """A property of a ticket. action: where a change is posted; "" if it can't be changed.

    kind: "priority", "person" or "". tone: the color of an avatar. expected: the value on the
    page, sent along so that a change in between is noticed.
    """

    compared: ClassVar[frozenset[str]] = frozenset({"kind"})
    label: str
    value: str
    kind: str = ""
    rank: int = 0
    initials: str = ""
    tone: str = ""
    action: str = ""
    name: str = ""
    options: tuple[Option, ...] = ()
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Reason(Component):
    """Why a contact or account was matched. sure: False marks it as doubtful."""

    text: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class FollowerCard(Component):
    """A follower of a ticket, who gets its public emails (CC)."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class LinkedTicket(Component):
    """Another ticket in a list beside a ticket: of the same requester, or a similar one."""

    url: str
    number: str
    subject: str
    status: str
    status_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Component):
    """A button or link that changes a ticket.

    A link (href) leads to a form; otherwise url takes a post, with name and value if given.
    expected: the value on the page, sent along so that a change in between is noticed; None if it
    doesn't matter. in_dialog: True if the form opens over the ticket.
    """

    compared: ClassVar[frozenset[str]] = frozenset({"icon"})
    label: str
    icon: str
    href: str = ""
    in_dialog: bool = True
    url: str = ""
    primary: bool = False
    name: str = ""
    value: str = ""
    expected: str | None = None
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Sending(Component):
    """A way to send a reply. value: of the field "next". status: of the ticket then, in words."""

    value: str
    label: str
    status: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class DraftFile(Component):
    """A file of the draft. is_kept: it goes along when the form is sent. url: removes it."""

    id: int
    name: str
    size: str
    url: str
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Composer(Component):
    """The reply and note box. kind: "reply" or "note". recipients: of a reply by email.

    last_seen: id of the newest message that was there when the text was begun. sendings: the ways
    to send a reply, by the status that the ticket has then. newer: the messages that have arrived
    since; sending it again is deliberate. lost_files: names of files that a browser doesn't send
    again. files: those of the draft. preview_url: shows the text as it will look.
    upload_url: adds a file to the draft. list_query: of the list that the ticket was opened from,
    for going on to its next ticket. choices: the ways to reply, none if there is nothing to
    choose. can_reply: False if no way is open.
    mentions_url: the names that a note can mention. asks_for_files: the reply mentions an
    attachment and has none; sending it again is deliberate.
    """

    action: str
    form: Form
    kind: str
    recipients: tuple[Recipient, ...]
    sendings: tuple[Sending, ...]
    last_seen: int
    draft: FormDraft
    list_query: str = ""
    preview_url: str = ""
    upload_url: str = ""
    newer: tuple[MessageItem, ...] = ()
    lost_files: tuple[str, ...] = ()
    files: tuple[DraftFile, ...] = ()
    choices: tuple[ReplyChoice, ...] = ()
    macros_url: str = ""
    mentions_url: str = ""
    asks_for_files: bool = False

    @property
    def chosen(self) -> Sending:
        """The way that the main button takes."""
        return next((one for one in self.sendings if one.selected), self.sendings[0])

    @property
    def to(self) -> str:
        """The names of the recipients."""
        return ", ".join(one.name for one in self.recipients)

    @property
    def has_doubtful_recipient(self) -> bool:
        return any(one.problem for one in self.recipients)

    @property
    def can_reply(self) -> bool:
        return not self.choices or any(not choice.problem for choice in self.choices)


@dataclass(frozen=True, slots=True)
class HistoryEvent(Component):
    """An event in the history. icon: a heroicon's name. tone: a color's name, or "".

    clock_url: the page that explains the event's SLA clock, or "".
    """

    compared: ClassVar[frozenset[str]] = frozenset({"icon"})
    icon: str
    tone: str
    sentence: str
    actor: str
    channel_label: str
    at_iso: str
    at_text: str
    at_title: str
    clock_url: str = ""


@dataclass(frozen=True, slots=True)
class HistoryDay(Component):
    """The events of a day, newest first."""

    title: str
    events: tuple[HistoryEvent, ...]
