"""The address behind an unverified ticket was proven: the ticket is filed and promised as if it had come now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.match_reasons import MatchCode, make_reason
from accounts.matching import Match
from accounts.models import Contact, Desk
from accounts.services import match_verified_address
from tickets import events
from tickets.actors import Actor
from tickets.services.common import lock_ticket, share_lock_account, share_lock_contact


def verify_sender(*, ticket_id: int, contact: Contact, how: str, at: datetime) -> bool:
    """Take an unverified ticket of the contact as the contact's own; False when it is not unverified or not theirs.

    The caller has the proof of that very address. how: the proof, "sign_up", "email" or "reply". The
    account is that of the contact, or of the domain; clock and department follow. What was written before stays as
    it came, and the event tells the agents that it did. Raises ConflictError for a person who is erased.
    """
    with transaction.atomic():
        share_lock_contact(contact)
        ticket = lock_ticket(ticket_id)
        if not ticket.is_unverified or ticket.contact_id != contact.pk:
            return False
        match = _match_and_hold(ticket.desk, contact.email)
        ticket.is_unverified = False
        ticket.account_id = match.account_id
        proof = make_reason(MatchCode(f"verified_by_{how}"))
        ticket.match_reasons = [proof, *match.reasons, *ticket.match_reasons]
        ticket.updated_at = at
        ticket.save(update_fields=["is_unverified", "account", "match_reasons", "updated_at"])
        data = {"how": how, "account": ticket.account.name if ticket.account else ""}
        by = Actor.of(contact)
        events.record(ticket=ticket, kind=events.EventKind.SENDER_VERIFIED, by=by, at=at, data=data)
    return True


def _match_and_hold(desk: Desk, email: str) -> Match:
    """The match of a proven address, whose account is held; it is sought anew while the account found is deleted."""
    while True:
        match = match_verified_address(desk=desk, email=email)
        if match.account_id is None or share_lock_account(match.account_id):
            return match
