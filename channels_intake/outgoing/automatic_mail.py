"""The one gate of automatic mail (reliability.md, design rule 5): what Plumbline sends by itself, and to whom.

Never to a machine, never to a sender whose mail failed its check, one of a kind per person, ticket and day, and
bounded for each person (by the address that mail reaches, whatever stands behind its plus), so that no pair of
machines can go on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from accounts.matching import canonicalize_address
from accounts.models import Contact
from channels_intake.mime.envelope import Authentication
from channels_intake.models import InboundMessage, MailKind, OutgoingEmail
from tickets.models import Message, Ticket

DAY = timedelta(days=1)
AUTOMATIC = [MailKind.RECEIPT, MailKind.REMINDER, MailKind.CLOSED]
MAX_UNVERIFIED_MAILS = 3  # automatic mails to an unproven address, a day
MAX_RECEIPTS = 50  # receipts to a proven one, a day


def get_authentication(ticket: Ticket) -> str:
    """What was known about the sender of the mail that opened the ticket; "" when no mail did."""
    rows = InboundMessage.objects.filter(ticket=ticket).order_by("pk")
    return rows.values_list("authentication", flat=True).first() or ""


def is_verified(ticket: Ticket) -> bool:
    """Whether the address may be told what it wrote: signed in, vouched for, or matched by the desk's own rule."""
    if ticket.is_unverified:
        return False
    return ticket.account_id is not None or get_authentication(ticket) in {"", Authentication.PASS}


def can_send_automatic_mail(
    kind: MailKind, ticket: Ticket, contact: Contact, *, at: datetime
) -> bool:
    """Whether an automatic mail may be written now. Takes a lock on the person's address at the desk until the
    transaction ends, so that two workers count one after the other."""
    if contact.is_erased or _opened_by_machine(ticket) or _failed_its_check(ticket):
        return False
    address = canonicalize_address(contact.email)
    _lock(contact.desk_id, address)
    lately = OutgoingEmail.objects.filter(
        desk=contact.desk_id, to_canonical=address, kind__in=AUTOMATIC, created_at__gt=at - DAY
    )
    if lately.filter(contact=contact, ticket=ticket, kind=kind).exists():
        return False
    if not is_verified(ticket):
        return lately.count() < MAX_UNVERIFIED_MAILS
    return kind != MailKind.RECEIPT or lately.filter(kind=MailKind.RECEIPT).count() < MAX_RECEIPTS


def _lock(desk_id: int, address: str) -> None:
    """Hold an address of a desk until the transaction ends; several contacts may have it in several spellings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [address, desk_id])


def _failed_its_check(ticket: Ticket) -> bool:
    """Whether the opening mail failed its check, and nothing has proven the sender since."""
    return ticket.is_unverified and get_authentication(ticket) == Authentication.FAIL


def _opened_by_machine(ticket: Ticket) -> bool:
    first = Message.objects.filter(ticket=ticket).order_by("created_at", "pk")
    return bool(first.values_list("is_automatic", flat=True).first())
