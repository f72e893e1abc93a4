"""Claiming of an address's unverified tickets once the address is verified.

Only proof of that exact address counts, and only the address's own tickets are claimed:

* by a sign-up or invitation, whose link was mailed to the address, and by a person's email that the
domain authenticated: all its unverified tickets, except those opened by an email that failed
authentication. Those are more likely forged than not. * by a reply to the secret address in our
mail, or a reply that the domain authenticated: the ticket it answers, whatever opened that. The
person has read it and continues it. Automatic email verifies no one. A quoted thread, a subject, a
name or a CC proves nothing. incoming/decision.py decides
which email proves what.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import Contact, MergedContact
from channels_intake.mime.envelope import Authentication
from channels_intake.models import InboundMessage
from tickets.models import Ticket
from tickets.sentences.reasons import Proof
from tickets.services import verify_sender

BY_SIGN_UP = Proof.MAILED_LINK
BY_MAIL = Proof.AUTHENTICATED_EMAIL
BY_REPLY = Proof.REPLY


def verify_tickets_of(contact: Contact, *, how: Proof, at: datetime) -> int:
    """Give a contact whose address was just verified its unverified tickets. Return how many.

    Tickets of email that failed authentication stay unverified, as do those of email from another
    address, which a merge brought.
    """
    brought = MergedContact.objects.filter(contact=contact).exclude(email="").values("email")
    doubtful = InboundMessage.objects.filter(
        Q(authentication=Authentication.FAIL) | Q(sender__in=brought), ticket=OuterRef("pk")
    )
    unverified = Ticket.objects.filter(~Exists(doubtful), contact=contact, is_unverified=True)
    ids = list(unverified.order_by("pk").values_list("pk", flat=True))
    return sum(verify_sender(ticket_id=pk, contact=contact, proof=how, at=at) for pk in ids)
