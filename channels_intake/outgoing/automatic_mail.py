"""Policy for automatic email: when it may be sent, and to whom.

Never to machines, never in reply to email that no machine should answer, never to senders whose
mail failed authentication, and once per kind, ticket, person and day. A daily limit per person
keeps two machines from answering each other forever; it counts by the mailbox that is reached, so
"ann+1@" and "ann+2@" are one person.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.matching import canonicalize_address
from accounts.models import Contact
from channels_intake.mime.envelope import Authentication
from channels_intake.models import MailKind, OutgoingEmail
from channels_intake.outgoing.facts import Facts
from tickets.events import EventKind
from tickets.models import Ticket

DAY = timedelta(days=1)
MAX_UNVERIFIED_MAILS = 3  # automatic emails of all kinds to an unverified address, per day
MAX_COPIES = 50  # copies of customers' messages to one person on one ticket, per day
MAX_PROMISES = 5  # emails about new response times of one ticket, per day
MAX_ESCALATIONS = 5  # emails about escalations of one ticket, per day
MAX_DEFECT_UPDATES = 20  # emails about defects to one person on one ticket, per day
MANY = (EventKind.TERMS_CHANGED, EventKind.SLA_REPLANNED, EventKind.SLA_STOPPED)
MAX_RECEIPTS = 50  # receipts to a verified address, per day


def get_authentication(ticket: Ticket, facts: Facts) -> str:
    """Return the authentication result of the email that opened the ticket; "" if none did."""
    arrivals = facts.arrivals.get(ticket.pk)
    return arrivals[0].authentication if arrivals else ""


def is_verified(ticket: Ticket, facts: Facts) -> bool:
    """Return True if the sender is known to own the address.

    They signed in, their mail server passed authentication, or the desk's own rule matched them to
    an account. Only then may an email repeat what they submitted.
    """
    if ticket.is_unverified:
        return False
    if ticket.account_id is not None:
        return True
    return get_authentication(ticket, facts) in {"", Authentication.PASS}


def can_send_automatic_mail(kind: MailKind, ticket: Ticket, facts: Facts, *, at: datetime) -> bool:
    """Return True if an automatic email may be sent to the requester now.

    Locks the addresses of the batch at the desk until the transaction ends, so that two workers
    don't count at the same time.
    """
    contact = ticket.contact
    if not _accepts_automatic_mail(ticket, facts):
        return False
    to_address = facts.recent.get(canonicalize_address(contact.email), ())
    recent = [mail for mail in to_address if mail.created_at > at - DAY]
    same = (contact.pk, ticket.pk, kind)
    if any((mail.contact_id, mail.ticket_id, mail.kind) == same for mail in recent):
        return False
    if not is_verified(ticket, facts):
        return len(recent) < MAX_UNVERIFIED_MAILS
    receipts = sum(mail.kind == MailKind.RECEIPT for mail in recent)
    return kind != MailKind.RECEIPT or receipts < MAX_RECEIPTS


def can_send_promise(ticket: Ticket, facts: Facts, *, at: datetime, is_one_of_many: bool) -> bool:
    """Return True if the requester may get an email about a new response time now (M43).

    is_one_of_many: new terms or settings change many tickets as of that time, and each person gets
    one email. Locks the addresses, as can_send_automatic_mail does.
    """
    if not is_verified(ticket, facts) or not _accepts_automatic_mail(ticket, facts):
        return False
    _ = facts.locked_addresses
    sent = OutgoingEmail.objects.filter(contact=ticket.contact_id, kind=MailKind.PROMISE)
    if is_one_of_many:
        return not sent.filter(event__at=at, event__kind__in=MANY).exists()
    return sent.filter(ticket=ticket, created_at__gt=at - DAY).count() < MAX_PROMISES


def can_send_escalation(ticket: Ticket, facts: Facts, *, at: datetime) -> bool:
    """Return True if the requester may get an email about an escalation now (M98).

    They get one for each, up to a limit per day. An unverified address learns nothing.
    """
    if not is_verified(ticket, facts) or not _accepts_automatic_mail(ticket, facts):
        return False
    sent = facts.sent.get(ticket.pk, ())
    kind = MailKind.ESCALATED
    recent = sum(mail.kind == kind and mail.created_at > at - DAY for mail in sent)
    return recent < MAX_ESCALATIONS


def can_send_defect_update(ticket: Ticket, contact: Contact, facts: Facts, *, at: datetime) -> bool:
    """Return True if a person may get an email about the stage of a defect now (M98-M103).

    An unverified address learns nothing. The daily limit ends a loop of two machines that move the
    defect back and forth.
    """
    if not is_verified(ticket, facts) or not _accepts_automatic_mail(ticket, facts):
        return False
    sent = facts.sent.get(ticket.pk, ())
    theirs = [
        mail for mail in sent if (mail.contact_id, mail.kind) == (contact.pk, MailKind.DEFECT)
    ]
    return sum(mail.created_at > at - DAY for mail in theirs) < MAX_DEFECT_UPDATES


def _accepts_automatic_mail(ticket: Ticket, facts: Facts) -> bool:
    if not ticket.contact.can_get_email or _failed_authentication(ticket, facts):
        return False
    return not (_opened_automatically(ticket, facts) or _declines_automatic_mail(ticket, facts))


def can_send_copy(ticket: Ticket, contact: Contact, facts: Facts, *, at: datetime) -> bool:
    """Return True if a customer's message may be copied to the contact now.

    A requester without an account could be anyone: their words go only to people whom the desk
    knows or an agent has added. The daily limit ends a loop of two machines.
    """
    if not contact.can_get_email or not _is_vouched_for(ticket, contact):
        return False
    copies = [
        mail
        for mail in facts.sent.get(ticket.pk, ())
        if mail.contact_id == contact.pk and mail.kind == MailKind.COPY
    ]
    return sum(mail.created_at > at - DAY for mail in copies) < MAX_COPIES


def _is_vouched_for(ticket: Ticket, contact: Contact) -> bool:
    if ticket.account_id or contact.account_id or contact.pk == ticket.contact_id:
        return True
    added = ticket.events.filter(kind=EventKind.PARTICIPANT_ADDED, data__contact=contact.pk)
    return added.exists()


def _failed_authentication(ticket: Ticket, facts: Facts) -> bool:
    """True if the opening email failed authentication and the sender is still unverified."""
    return ticket.is_unverified and get_authentication(ticket, facts) == Authentication.FAIL


def _opened_automatically(ticket: Ticket, facts: Facts) -> bool:
    """True if the opening message was a machine's, or an email not to be answered by one."""
    first = facts.openings.get(ticket.pk)
    if first is None or first.is_automatic:
        return first is not None
    arrivals = facts.arrivals.get(ticket.pk, ())
    return any(arrival.message_id == first.pk and arrival.automatic for arrival in arrivals)


def _declines_automatic_mail(ticket: Ticket, facts: Facts) -> bool:
    """True if the requester's last own email on the ticket is not to be answered by a machine."""
    written = [
        arrival
        for arrival in facts.arrivals.get(ticket.pk, ())
        if arrival.contact_id == ticket.contact_id and arrival.is_machine is False
    ]
    return bool(written and written[-1].automatic)
