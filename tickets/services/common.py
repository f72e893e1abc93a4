"""Shared parts of the services: new messages, shared locks, and checks of what was passed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.database.rows import fetch_prepared
from accounts.match_reasons import Reason
from accounts.models import Agent, Contact
from accounts.models.customers import ERASED_AT
from tickets.actors import DESK_ROLES, Actor
from tickets.attachments.files import NewFile, clean_file_name
from tickets.changes import Change
from tickets.errors import (
    ConflictError,
    EmptyTextError,
    InvalidValueError,
    NeedsApprovalError,
    NotAllowedError,
)
from tickets.models import Channel, Message, Note, SearchRefresh
from tickets.search.documents import add_to_search
from tickets.sentences.remarks import Remark
from tickets.services.sql import SHARE_LOCK_ACCOUNT, SHARE_LOCK_CONTACT
from tickets.writes import insert_row

MAX_REASON = 200  # characters of the line in which an agent says why


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A public message before it is stored.

    html is sanitized already. remarks say what was lost in reading the original.
    """

    text: str
    channel: Channel | str
    html: str = ""
    quoted: str = ""
    files: tuple[NewFile, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """The requester, the account, and the reasons why (accounts.matching)."""

    contact: Contact
    account_id: int | None = None
    is_unverified: bool = False
    reasons: tuple[Reason, ...] = field(default=())


def clean_line(text: str, *, field: str, limit: int, missing: str = "") -> str:
    """Return the words of a line that a person typed. It is never cut.

    missing: what to say about an empty one, which is allowed otherwise. Raises InvalidValueError.
    """
    line = " ".join(text.split())
    if not line and missing:
        raise InvalidValueError(field, missing)
    if len(line) > limit:
        message = ngettext(
            "Enter at most %(count)s character.", "Enter at most %(count)s characters.", limit
        )
        raise InvalidValueError(field, message % {"count": limit})
    return line


def share_lock_contact(contact: Contact) -> None:
    """Keep this person from being erased until the transaction ends. Call before locking a ticket.

    Raises ConflictError if the person is erased or deleted by now; an email is read again then, as
    one from a new person.
    """
    require_person(fetch_prepared(SHARE_LOCK_CONTACT, {"contact": contact.pk}))


def share_lock_account(account_id: int) -> bool:
    """Keep the account's plan and status from changing until the transaction ends.

    Read the account after this. Returns False if it was deleted by now.
    """
    return bool(fetch_prepared(SHARE_LOCK_ACCOUNT, {"account": account_id}))


def require_person(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the only row, of a locked person. Raise ConflictError for one erased or deleted."""
    if not rows or rows[0]["email"].endswith(ERASED_AT):
        raise ConflictError(_("This person's data was erased in the meantime."))
    return rows[0]


def require_writer(by: Actor) -> None:
    """Raise NotAllowedError unless this is a person of the desk who may change tickets."""
    if by.role not in DESK_ROLES:
        raise NotAllowedError(
            _("%(name)s can read tickets but not change them.") % {"name": by.name}
        )


def require_no_approval(agent: Agent) -> None:
    """Raise NeedsApprovalError for an agent whose messages to customers need approval."""
    if agent.needs_approval:
        raise NeedsApprovalError


def require_text(text: str, files: Sequence[object] = ()) -> None:
    """Raise EmptyTextError if there is neither text nor a file."""
    if not text.strip() and not files:
        raise EmptyTextError(_("Write a message or attach a file first."))


def add_message(
    change: Change,
    new: NewMessage,
    message_id: int,
    *,
    author: Agent | Contact | None,
    via_id: int | None = None,
) -> Message:
    """Add a public message to a change, with its words for search.

    author: None for what was written outside of Plumbline (tickets/services/outside.py). via_id:
    see Message.via; such words are found under that ticket. The caller records the event, saves the
    change and attaches the files.
    """
    ticket = change.ticket
    message = Message(
        id=message_id,
        desk_id=ticket.desk_id,
        ticket=ticket,
        agent=author if isinstance(author, Agent) else None,
        contact=author if isinstance(author, Contact) else None,
        via_id=via_id,
        channel=new.channel,
        body_text=new.text,
        body_html=new.html,
        quoted_text=new.quoted,
        remark_data=[remark.to_json() for remark in new.remarks],
        is_automatic=new.is_automatic,
        created_at=change.at,
    )
    change.message = message
    add_row(change, message, "message")
    if via_id is None:
        add_to_search(change, new.text, [clean_file_name(file.name) for file in new.files])
    else:
        SearchRefresh.objects.create(desk_id=ticket.desk_id, ticket_id=via_id)
    return message


def add_row(change: Change, row: Message | Note, name: str) -> None:
    """Add a row with a reserved ID to a change."""
    row._state.adding = False
    change.write(insert_row(row, name))
