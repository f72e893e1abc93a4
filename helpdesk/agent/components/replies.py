"""Typed contexts of replies that wait to be sent (templates/agent/ticket/_pending.html)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class WaitingFile(Component):
    """A file of a pending reply. size: in words."""

    name: str
    size: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Component):
    """The choices of an approver about a trainee's reply.

    label: names approving it in the command bar and among the keys, unlike any other. keys: approve
    it; "" for all but the first reply. seen: ID of the newest message on the page.
    has_new_recipients, is_closed: the page says that others would get the reply by now, and that
    the ticket was closed since.
    """

    approve_url: str
    edit_url: str
    return_url: str
    label: str
    seen: int
    keys: str = ""
    has_new_recipients: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCard(Component):
    """A reply that waits to be sent.

    line: when it is sent. counts_down: its author can undo it for some more seconds. problem: why
    it wasn't sent, or "". undo_url, send_url: "" if the reader can't do that. needs_approval: the
    author can only ask for approval again. approval: None if the reader can't approve it.
    """

    id: int
    author: str
    text: str
    line: str
    send_iso: str
    send_title: str
    counts_down: bool
    problem: str
    undo_url: str
    undo_label: str
    send_url: str
    needs_approval: bool = False
    files: tuple[WaitingFile, ...] = ()
    approval: Approval | None = None


@dataclass(frozen=True, slots=True)
class Recipient(Component):
    """A person who gets a reply by email, and why. problem: why they may not get it, or ""."""

    name: str
    address: str
    why: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PreviewCard(Component):
    """The composer's text as it will look. html: "" for plain text.

    signature: below a reply by email, "" for none.
    """

    html: str
    text: str
    signature: str = ""
