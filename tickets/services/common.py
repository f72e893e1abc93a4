"""What the services share: the lock on a ticket, and what a new message is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from accounts.match_reasons import Reason
from accounts.models import Agent, Contact
from accounts.models.customers import ERASED_AT
from tickets.actors import DESK_ROLES, Actor
from tickets.errors import ConflictError, EmptyTextError, NotAllowedError
from tickets.files import NewFile, attach_files
from tickets.models import Channel, Message, Ticket
from tickets.remarks import Remark


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A public message on its way in. html is sanitized already; remarks say what was lost."""

    text: str
    channel: Channel | str
    html: str = ""
    quoted: str = ""
    files: tuple[NewFile, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose request it is and how that is known: the verdict of accounts.matching with its reasons."""

    contact: Contact
    account_id: int | None = None
    is_unverified: bool = False
    reasons: tuple[Reason, ...] = field(default=())


def lock_ticket(ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends. The first lock in the order of locks.

    The lock is FOR NO KEY UPDATE: a sweep that holds a clock may still write an event that refers to the ticket.
    """
    return (
        Ticket.objects.select_for_update(of=("self",), no_key=True)
        .select_related("desk")
        .get(pk=ticket_id)
    )


def share_lock_contact(contact: Contact) -> None:
    """Let no erasure of this person begin until what they write is committed; before any lock on a ticket.

    Raises ConflictError when the person is erased by now: a mail is read again then, as somebody new's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM accounts_contact WHERE id = %s FOR SHARE", [contact.pk])
        require_not_erased(cursor.fetchone()[0])


def share_lock_account(account_id: int) -> bool:
    """Let nobody change the account's plan or status until the transaction ends; then read what they are. False when
    the account was deleted meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_account WHERE id = %s FOR SHARE", [account_id])
        return cursor.fetchone() is not None


def require_not_erased(address: str) -> None:
    """Raise ConflictError for the address of somebody who was erased."""
    if address.endswith(ERASED_AT):
        raise ConflictError("This person was erased meanwhile.")


def require_writer(by: Actor) -> None:
    """Raise NotAllowedError unless this is a person of the desk who may change tickets."""
    if by.role not in DESK_ROLES:
        raise NotAllowedError(f"{by.name} may read tickets, not change them.")


def require_text(text: str, files: tuple[NewFile, ...] = ()) -> None:
    """Raise EmptyTextError when there is neither text nor a file."""
    if not text.strip() and not files:
        raise EmptyTextError("Write something first.")


def add_message(
    ticket: Ticket, new: NewMessage, *, author: Agent | Contact, at: datetime
) -> Message:
    """Write a public message and its files; the caller records the event."""
    message = Message.objects.create(
        desk_id=ticket.desk_id,
        ticket=ticket,
        agent=author if isinstance(author, Agent) else None,
        contact=author if isinstance(author, Contact) else None,
        channel=new.channel,
        body_text=new.text,
        body_html=new.html,
        quoted_text=new.quoted,
        remarks=[remark.to_json() for remark in new.remarks],
        is_automatic=new.is_automatic,
        created_at=at,
    )
    attach_files(new.files, to=message, at=at)
    return message
