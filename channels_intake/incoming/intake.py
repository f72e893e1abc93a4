"""The single way in, for every channel: mail, the portal's form, the website's form, an agent on behalf, the API.

After this no code asks which channel it was, but to show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.matching import normalize_email
from accounts.models import Contact, Desk
from accounts.tenancy import desk_scope
from channels_intake.incoming.duplicates import claim_identity, link_duplicate
from channels_intake.incoming.senders import get_or_create_contact, read_sender, resolve_origin
from channels_intake.incoming.threads import Thread, find_thread, resolve_author
from channels_intake.incoming.verification import verify_by_mail, verify_by_reply
from channels_intake.mime.envelope import Address, Authentication, AutomaticKind, Envelope
from channels_intake.mime.masking import mask_tokens
from channels_intake.mime.quoting import split_quoted
from channels_intake.mime.sanitize import sanitize_html
from channels_intake.models import InboundMessage, InboundState, Mailbox
from tickets.actors import Actor
from tickets.errors import ServiceError
from tickets.files import NewFile
from tickets.models import Channel, Message, Priority, Ticket
from tickets.services import (
    NewMessage,
    NewTicket,
    NotReopenableError,
    Origin,
    add_customer_message,
    open_ticket,
    open_with_message,
)

OPENS_NOTHING = {
    AutomaticKind.OWN: "A Plumbline sent it; answering could go on for ever.",
    AutomaticKind.BOUNCE: "A mail server reports on a mail that belongs to no ticket.",
    AutomaticKind.AUTO_REPLY: "An answering machine wrote it, and it belongs to no ticket.",
}


class InvalidAddressError(ServiceError):
    """The address cannot be written to."""


# --- Mail ----------------------------------------------------------------------------------------------------


def accept_mail(
    inbound: InboundMessage,
    envelope: Envelope,
    *,
    mailbox: Mailbox,
    tokens: Sequence[str],
    at: datetime,
) -> None:
    """Make a stored mail, locked by the caller, a ticket or a message, quarantine it, or find it a duplicate.

    tokens: what stood behind the plus of the addresses it was sent to. Runs in the caller's transaction: the
    row and what came of it are kept together or not at all; enters the desk itself, from the system scope.
    """
    is_first = claim_identity(inbound, envelope, mailbox)
    with desk_scope(mailbox.desk_id):
        if not is_first:
            link_duplicate(inbound)
            return
        message, why = _place(envelope, mailbox=mailbox, tokens=tokens, at=at)
        record_outcome(inbound, envelope, message, why=why)


def record_outcome(
    inbound: InboundMessage, envelope: Envelope, message: Message | None, *, why: str
) -> None:
    """Note on the row which message the mail became; with None it is quarantined."""
    inbound.state = InboundState.PROCESSED if message else InboundState.QUARANTINED
    inbound.reason = why
    inbound.message = message
    inbound.ticket = message.ticket if message else None
    inbound.lacks_files = bool(
        message and envelope.attachments and message.attachments.filter(file="").exists()
    )
    inbound.save(update_fields=["state", "reason", "message", "ticket", "lacks_files"])


def _place(
    envelope: Envelope, *, mailbox: Mailbox, tokens: Sequence[str], at: datetime
) -> tuple[Message | None, str]:
    """The message that the mail became, or None, and the reason."""
    desk, email = mailbox.desk, envelope.sender.email
    if not email:
        return None, "Its sender's address could not be read."
    sender = read_sender(desk, email)
    if sender.is_mailbox:
        return None, "It bears the address of a mailbox of the desk itself."
    thread = find_thread(desk, envelope, tokens)
    if sender.is_agent and (thread or envelope.authentication is Authentication.FAIL):
        return None, "It bears an agent's address, and agents answer in Plumbline, never by mail."
    if thread:
        message, told = join_ticket(thread, envelope, sender.contact, mailbox=mailbox, at=at)
        if message is not None:
            verify_by_reply(thread, envelope, sender.contact, at=at)
        return message, told
    if why := OPENS_NOTHING.get(envelope.automatic):
        return None, why
    origin = resolve_origin(mailbox, envelope, sender)
    if sender.is_agent and envelope.authentication is not Authentication.PASS:
        origin = Origin(
            origin.contact, None, True, ("It bears an agent's address, and nothing proves that.",)
        )
    if sender.has_unverified:
        verify_by_mail(envelope, sender.contact, at=at)
    remarks = ("It was sent to a reply address that is not valid here.",) if any(tokens) else ()
    message = open_ticket_by_mail(
        envelope, origin, mailbox=mailbox, at=at, remarks=remarks, priority=sender.default_priority
    )
    return message, "It opened a ticket."


def join_ticket(
    thread: Thread, envelope: Envelope, contact: Contact | None, *, mailbox: Mailbox, at: datetime
) -> tuple[Message | None, str]:
    """The message that the mail became on the ticket it points to, or None, and the reason."""
    speaker = resolve_author(thread, envelope, contact)
    if isinstance(speaker, str):
        return None, speaker
    text, quoted = split_quoted(mask_tokens(envelope.body_text))
    new = replace(_new_message(envelope, mailbox), text=text, quoted=quoted)
    how = "the address it was sent to" if thread.holder else "its thread headers"
    try:
        message = add_customer_message(ticket_id=thread.ticket.pk, contact=speaker, new=new, at=at)
    except NotReopenableError:
        failed = envelope.authentication is Authentication.FAIL
        reason = f"It answers {thread.ticket.reference}, which is closed for good."
        origin = Origin(speaker, None if failed else speaker.account_id, failed, (reason,))
        return open_ticket_by_mail(
            envelope, origin, mailbox=mailbox, at=at, follow_up_of=thread.ticket
        ), reason
    return message, f"It joined {thread.ticket.reference} by {how}."


def open_ticket_by_mail(
    envelope: Envelope,
    origin: Origin,
    *,
    mailbox: Mailbox,
    at: datetime,
    remarks: tuple[str, ...] = (),
    follow_up_of: Ticket | None = None,
    priority: Priority | None = None,
) -> Message:
    """Open a ticket with a mail; gives its first message. priority: the desk's default unless given."""
    message = _new_message(envelope, mailbox)
    new = NewTicket(
        subject=envelope.subject,
        message=replace(message, remarks=message.remarks + remarks),
        origin=origin,
        priority=priority or get_default_priority(mailbox.desk),
        follow_up_of=follow_up_of,
    )
    return open_with_message(desk=mailbox.desk, new=new, by=Actor.of(origin.contact), at=at)


def _new_message(envelope: Envelope, mailbox: Mailbox) -> NewMessage:
    return NewMessage(
        text=mask_tokens(envelope.body_text),
        channel=Channel.EMAIL,
        html=mask_tokens(sanitize_html(envelope.body_html)) if envelope.body_html else "",
        files=tuple(
            NewFile(f.name, f.content_type, f.content, f.content_id) for f in envelope.attachments
        ),
        remarks=envelope.notes + _copied(envelope.cc, mailbox),
        is_automatic=bool(envelope.automatic),
    )


def _copied(cc: Iterable[Address], mailbox: Mailbox) -> tuple[str, ...]:
    """Who stood in CC: told to the agent, who alone may add them."""
    others = [address.email for address in cc if address.email != mailbox.address]
    told = mask_tokens(", ".join(others[:20]))
    return (f"In copy, but not added to the ticket: {told}.",) if others else ()


def get_default_priority(desk: Desk) -> Priority:
    """The desk's priority for whatever names none (M33)."""
    return Priority.objects.filter(desk=desk).order_by("-is_mail_default", "-rank")[:1].get()


# --- Forms, agents, API --------------------------------------------------------------------------------------


def accept_request(
    *,
    desk: Desk,
    contact: Contact,
    subject: str,
    text: str,
    at: datetime,
    by: Actor,
    priority: Priority | None = None,
    channel: Channel | str = Channel.WEB,
    files: tuple[NewFile, ...] = (),
    participants: Sequence[Contact] = (),
    fields: dict[str, str] | None = None,
    html: str = "",
) -> Ticket:
    """Open a ticket for a contact who is known for certain: signed in, on the phone, or named by an agent (M22, M23).

    by: who opened it, the contact or an agent. participants: who else gets its public mail (M87). html:
    unsanitized. The contact's account counts as proven.
    """
    reason = (
        "The customer was signed in."
        if by == Actor.of(contact)
        else f"{by.name} opened it for the customer."
    )
    message = NewMessage(
        text=text, channel=channel, html=sanitize_html(html) if html else "", files=files
    )
    new = NewTicket(
        subject=subject,
        message=message,
        origin=Origin(contact, contact.account_id, False, (reason,)),
        priority=priority or get_default_priority(desk),
        participants=participants,
        fields=fields or {},
    )
    return open_ticket(desk=desk, new=new, by=by, at=at)


def accept_website_form(
    *,
    desk: Desk,
    email: str,
    name: str,
    subject: str,
    text: str,
    at: datetime,
    priority: Priority | None = None,
    files: tuple[NewFile, ...] = (),
    fields: dict[str, str] | None = None,
) -> Ticket:
    """Open a ticket for somebody who typed an address into the website's form (M24): unverified, of no account.

    Raises InvalidAddressError when the address is none.
    """
    address = normalize_email(email)
    if not address:
        raise InvalidAddressError(f"“{email.strip()[:100]}” is no e-mail address.")
    with transaction.atomic():
        contact = get_or_create_contact(desk, Address(address, name))
        reason = "The address was typed into a form, and nothing proves it."
        new = NewTicket(
            subject=subject,
            message=NewMessage(text=text, channel=Channel.WEB, files=files),
            origin=Origin(contact, None, True, (reason,)),
            priority=priority or get_default_priority(desk),
            fields=fields or {},
        )
        return open_ticket(desk=desk, new=new, by=Actor.of(contact), at=at)


def accept_customer_reply(
    *,
    ticket: Ticket,
    contact: Contact,
    text: str,
    at: datetime,
    files: tuple[NewFile, ...] = (),
    channel: Channel | str = Channel.WEB,
) -> Message:
    """Add what a signed-in customer wrote on a ticket; one that is closed for good gets a linked follow-up.

    Gives the message; its ticket is the follow-up when there is one.
    """
    new = NewMessage(text=text, channel=channel, files=files)
    try:
        return add_customer_message(ticket_id=ticket.pk, contact=contact, new=new, at=at)
    except NotReopenableError:
        reason = f"It answers {ticket.reference}, which is closed for good."
        follow_up = NewTicket(
            subject=ticket.subject,
            message=new,
            origin=Origin(contact, contact.account_id, False, (reason,)),
            priority=ticket.priority,
            follow_up_of=ticket,
        )
        return open_with_message(desk=ticket.desk, new=follow_up, by=Actor.of(contact), at=at)
