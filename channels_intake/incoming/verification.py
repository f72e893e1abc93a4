"""Which tickets of an address are taken over when its owner proves it (reliability.md, "Mail as an identity").

Only proof of that very address counts, and only the address's own tickets are taken over:

* a sign-up or invitation, whose link was mailed to it, and a person's mail that its domain vouches for: all its
  unverified tickets but those that a mail which failed its check opened. Those are more likely forged than not.
* an answer by the secret in our mail, or one that its domain vouches for: the ticket that it answers, whatever opened
  that; the person has read it and goes on with it.

A machine's mail proves no person. A quoted thread, a subject, a name or a CC proves nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import Contact
from channels_intake.incoming.threads import Thread
from channels_intake.mime.envelope import Authentication, Envelope
from channels_intake.models import InboundMessage
from tickets.models import Ticket
from tickets.services import verify_sender

BY_SIGN_UP = "a link that was mailed to it"
BY_MAIL = "a mail that its domain vouches for"
BY_ANSWER = "an answer to a mail that was sent to it"


def verify_tickets_of(contact: Contact, *, how: str, at: datetime) -> int:
    """Let a contact whose address was just proven have its unverified tickets, but for those of mail that failed its
    check; gives how many."""
    failed = InboundMessage.objects.filter(
        ticket=OuterRef("pk"), authentication=Authentication.FAIL
    )
    mine = Ticket.objects.filter(~Exists(failed), contact=contact, is_unverified=True).order_by(
        "pk"
    )
    ids = list(mine.values_list("pk", flat=True))
    return sum(verify_sender(ticket_id=pk, contact=contact, how=how, at=at) for pk in ids)


def verify_by_reply(
    thread: Thread, envelope: Envelope, sender: Contact | None, *, at: datetime
) -> None:
    """Let a person whose mail has joined a ticket have that ticket, when the mail proves the address."""
    if sender is None or envelope.automatic:
        return
    if thread.holder == sender:
        verify_sender(ticket_id=thread.ticket.pk, contact=sender, how=BY_ANSWER, at=at)
    elif envelope.authentication is Authentication.PASS:
        verify_sender(ticket_id=thread.ticket.pk, contact=sender, how=BY_MAIL, at=at)


def verify_by_mail(envelope: Envelope, sender: Contact | None, *, at: datetime) -> None:
    """Let a known person have what was unverified, when a new mail proves the address."""
    if (
        sender is not None
        and not envelope.automatic
        and envelope.authentication is Authentication.PASS
    ):
        verify_tickets_of(sender, how=BY_MAIL, at=at)
