"""Verification of a sender: an unverified ticket gets the account, department and SLA it is due."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.match_reasons import MatchCode, make_reason
from accounts.matching import Match
from accounts.models import Contact, Desk
from accounts.services import match_verified_address
from tickets.actors import Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.rules.coverage import update_coverage
from tickets.sentences.reasons import Proof
from tickets.services.common import share_lock_account, share_lock_contact

MATCH_CODES = {
    Proof.MAILED_LINK: MatchCode.VERIFIED_BY_SIGN_UP,
    Proof.AUTHENTICATED_EMAIL: MatchCode.VERIFIED_BY_EMAIL,
    Proof.REPLY: MatchCode.VERIFIED_BY_REPLY,
}


def verify_sender(*, ticket_id: int, contact: Contact, proof: Proof, at: datetime) -> bool:
    """Accept the contact as the verified sender of an unverified ticket.

    The caller has the proof of that very address. The account is that of the contact, or of the
    domain; clock and department follow. Messages stay as they came, and the event informs the
    agents. Returns False if the ticket is verified already or another contact's. Raises
    ConflictError for a person who was erased.
    """
    with transaction.atomic():
        share_lock_contact(contact)
        change = Change.open(ticket_id, by=Actor.of(contact), at=at)
        ticket = change.ticket
        if not ticket.is_unverified or ticket.contact_id != contact.pk:
            return False
        match = match_and_lock(ticket.desk, contact.email)
        reason = make_reason(MATCH_CODES[proof])
        change.set(
            is_unverified=False,
            account_id=match.account_id,
            match_reasons=[reason, *match.reasons, *ticket.match_reasons],
        )
        change.touch()
        account = ticket.account.name if ticket.account else ""
        data = {"proof": proof.value, "account": account} | update_coverage(change)
        change.record(EventKind.SENDER_VERIFIED, data)
        change.save()
    return True


def match_and_lock(desk: Desk, email: str) -> Match:
    """Match a verified address and lock its account; match again if that account was deleted."""
    while True:
        match = match_verified_address(desk=desk, email=email)
        if match.account_id is None or share_lock_account(match.account_id):
            return match
