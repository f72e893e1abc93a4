"""Policy for automatic email: when it may be sent, and to whom.

Never to machines, never in reply to email that no machine should answer, never to senders whose
mail failed authentication, and once per kind, ticket, person and day. A daily limit per person
keeps two machines from answering each other forever; it counts by the mailbox that is reached, so
"ann+1@" and "ann+2@" are one person (reliability.md, design rule 5).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from accounts.matching import canonicalize_address
from accounts.models import Contact
from channels_intake.mime.envelope import Authentication
from channels_intake.models import InboundMessage, MailKind, OutgoingEmail
from tickets.events import EventKind
from tickets.models import Message, Ticket

DAY = timedelta(days=1)
AUTOMATIC = [MailKind.RECEIPT, MailKind.REMINDER, MailKind.CLOSED]
MAX_UNVERIFIED_MAILS = 3  # automatic emails of all kinds to an unverified address, per day
MAX_COPIES = 50  # copies of customers' messages to one person on one ticket, per day
MAX_PROMISES = 5  # emails about new response times of one ticket, per day
MAX_RECEIPTS = 50  # receipts to a verified address, per day


def get_authentication(ticket: Ticket) -> str:
    """Return the authentication result of the email that opened the ticket; "" if none did."""
    rows = InboundMessage.objects.filter(ticket=ticket).order_by("pk")
    return rows.values_list("authentication", flat=True).first() or ""


def is_verified(ticket: Ticket) -> bool:
    """Return True if the sender is known to own the address.

    They signed in, their mail server passed authentication, or the desk's own rule matched them to
    an account. Only then may an email repeat what they submitted.
    """
    if ticket.is_unverified:
        return False
    return ticket.account_id is not None or get_authentication(ticket) in {"", Authentication.PASS}


def can_send_automatic_mail(
    kind: MailKind, ticket: Ticket, contact: Contact, *, at: datetime
) -> bool:
    """Return True if an automatic email may be sent to the contact now.

    Locks the contact's address at the desk until the transaction ends, so that two workers count
    one after the other.
    """
    if not _accepts_automatic_mail(ticket, contact):
        return False
    address = canonicalize_address(contact.email)
    _lock_address(contact.desk_id, address)
    recent = OutgoingEmail.objects.filter(
        desk=contact.desk_id, to_canonical=address, kind__in=AUTOMATIC, created_at__gt=at - DAY
    )
    if recent.filter(contact=contact, ticket=ticket, kind=kind).exists():
        return False
    if not is_verified(ticket):
        return recent.count() < MAX_UNVERIFIED_MAILS
    return kind != MailKind.RECEIPT or recent.filter(kind=MailKind.RECEIPT).count() < MAX_RECEIPTS


def can_send_promise(
    ticket: Ticket, contact: Contact, *, at: datetime, is_one_of_many: bool
) -> bool:
    """Return True if the contact may get an email about a new response time now (M43).

    is_one_of_many: new terms change all the account's tickets at that time, and each person gets
    one email. Locks the address, as can_send_automatic_mail does.
    """
    if not is_verified(ticket) or not _accepts_automatic_mail(ticket, contact):
        return False
    _lock_address(contact.desk_id, canonicalize_address(contact.email))
    sent = OutgoingEmail.objects.filter(contact=contact, kind=MailKind.PROMISE)
    if is_one_of_many:
        return not sent.filter(event__at=at, event__kind=EventKind.TERMS_CHANGED.value).exists()
    return sent.filter(ticket=ticket, created_at__gt=at - DAY).count() < MAX_PROMISES


def _accepts_automatic_mail(ticket: Ticket, contact: Contact) -> bool:
    if contact.is_erased or _failed_authentication(ticket):
        return False
    return not (_opened_automatically(ticket) or _declines_automatic_mail(ticket, contact))


def can_send_copy(ticket: Ticket, contact: Contact, *, at: datetime) -> bool:
    """Return True if a customer's message may be copied to the contact now.

    A requester without an account could be anyone: their words go only to people whom the desk
    knows or an agent has added. The daily limit ends a loop of two machines.
    """
    if contact.is_erased or not _is_vouched_for(ticket, contact):
        return False
    copies = OutgoingEmail.objects.filter(ticket=ticket, contact=contact, kind=MailKind.COPY)
    return copies.filter(created_at__gt=at - DAY).count() < MAX_COPIES


def _is_vouched_for(ticket: Ticket, contact: Contact) -> bool:
    if ticket.account_id or contact.account_id or contact.pk == ticket.contact_id:
        return True
    added = ticket.events.filter(kind=EventKind.PARTICIPANT_ADDED, data__contact=contact.pk)
    return added.exists()


def _lock_address(desk_id: int, address: str) -> None:
    """Lock an address of a desk. Several contacts may share one, spelled differently."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [address, desk_id])


def _failed_authentication(ticket: Ticket) -> bool:
    """True if the opening email failed authentication and the sender is still unverified."""
    return ticket.is_unverified and get_authentication(ticket) == Authentication.FAIL


def _opened_automatically(ticket: Ticket) -> bool:
    """True if the opening message was a machine's, or an email not to be answered by one."""
    first = Message.objects.filter(ticket=ticket).order_by("created_at", "pk").first()
    if first is None or first.is_automatic:
        return first is not None
    return InboundMessage.objects.filter(message=first).exclude(automatic="").exists()


def _declines_automatic_mail(ticket: Ticket, contact: Contact) -> bool:
    """True if the contact's last own email on the ticket is not to be answered by a machine."""
    theirs = InboundMessage.objects.filter(ticket=ticket, message__contact=contact)
    written = theirs.filter(message__is_automatic=False).order_by("-pk")
    return bool(written.values_list("automatic", flat=True).first())
