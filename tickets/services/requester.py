"""The people of an email: a requester other than its sender, and further mailboxes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.match_reasons import MatchCode, make_reason
from accounts.models import Contact, HandleProof
from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import Message, Participant, Ticket
from tickets.rules.coverage import update_coverage
from tickets.sentences.remarks import RemarkCode, make_remark
from tickets.services.common import require_writer, share_lock_account, share_lock_contact


def confirm_caller(*, ticket_id: int, contact: Contact, by: Actor, at: datetime) -> Ticket:
    """Make a contact the requester of a call, because the agent made sure that it is this person.

    The ticket then belongs to the contact's account; clock and department follow. A number proves
    nothing: it counts for this ticket only. Raises NotAllowedError, and ConflictError for a person
    who was erased.
    """
    require_writer(by)
    with transaction.atomic():
        share_lock_contact(contact)
        if contact.account_id is not None:
            share_lock_account(contact.account_id)
        change = Change.open(ticket_id, by=by, at=at)
        before = change.ticket.contact_id
        reason = make_reason(MatchCode.CALLER_CONFIRMED, agent=by.name, address=str(contact))
        change.set(
            contact=contact,
            account_id=contact.account_id,
            is_unverified=False,
            match_reasons=[reason],
        )
        change.touch()
        Participant.objects.filter(ticket_id=ticket_id, contact=contact).delete()
        data = {"contact": before, "requester": contact.pk, "name": str(contact)}
        change.record(EventKind.REQUESTER_CHANGED, data | update_coverage(change))
        change.save()
    return change.ticket


def change_requester(*, ticket_id: int, contact: Contact, by: Actor, at: datetime) -> Ticket:
    """Make another contact the requester, such as the visitor named by a website's form.

    Nothing verifies the new requester, so the ticket becomes unverified and leaves its account;
    clock and department follow. A follower who becomes the requester no longer follows. Raises
    NotAllowedError, and ConflictError for a person who was erased.
    """
    require_writer(by)
    with transaction.atomic():
        share_lock_contact(contact)
        change = Change.open(ticket_id, by=by, at=at)
        ticket, before = change.ticket, change.ticket.contact_id
        if before == contact.pk:
            return ticket
        reason = make_reason(MatchCode.REQUESTER_CHANGED, agent=by.name, address=contact.email)
        change.set(contact=contact, account=None, is_unverified=True, match_reasons=[reason])
        change.touch()
        Participant.objects.filter(ticket=ticket, contact=contact).delete()
        data = {"contact": before, "requester": contact.pk, "name": str(contact)}
        change.record(EventKind.REQUESTER_CHANGED, data | update_coverage(change))
        change.save()
    return ticket


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody known by a handle is this contact: by whose decision, or by what proof.

    The contact is locked, and so is their account. before: ID of the contact until now. handle: as
    records name it.
    """

    contact: Contact
    before: int
    handle: str
    proof: HandleProof
    reason: str
    by: Actor

    @property
    def is_proven(self) -> bool:
        """False if the contact is nobody known."""
        return self.proof != HandleProof.NONE


def give_to_known_person(
    *, ticket_id: int, decision: Decision, message_ids: Collection[int], at: datetime
) -> None:
    """Give a ticket of a handle to the contact whose handle it is, with their account.

    Clock, coverage and department follow. message_ids: those that the handle wrote here; they
    become the contact's as well. A ticket of somebody else, on whose thread it wrote, stays theirs.
    """
    contact = decision.contact
    with transaction.atomic():
        change = Change.open(ticket_id, by=decision.by, at=at)
        ticket, requester_id = change.ticket, change.ticket.contact_id
        Message.objects.filter(ticket=ticket, pk__in=message_ids).update(contact=contact)
        if requester_id == decision.before:
            _give_ticket(change, decision)
        change.touch()
        data = {
            "contact": requester_id,
            "requester": ticket.contact_id,
            "name": str(contact),
            "person": [decision.before, contact.pk],
            "handle": decision.handle,
            "proof": decision.proof.value,
            "account": ticket.account.name if ticket.account else "",
            "why": decision.reason,
        }
        change.record(EventKind.REQUESTER_CHANGED, data | update_coverage(change))
        change.save()


def _give_ticket(change: Change, decision: Decision) -> None:
    contact = decision.contact
    code = MatchCode.PROVEN_HANDLE if decision.is_proven else MatchCode.HANDLE
    change.set(
        contact=contact,
        account_id=contact.account_id if decision.is_proven else None,
        is_unverified=False,
        match_reasons=[make_reason(code, name=decision.handle, address=str(contact))],
    )
    Participant.objects.filter(ticket=change.ticket, contact=contact).delete()


def add_recipients(*, message_id: int, addresses: Iterable[str], at: datetime) -> bool:
    """Note on an email's message that these mailboxes of the desk received it.

    Return False if they are all noted already.
    """
    with transaction.atomic():
        ticket_id = Message.objects.values_list("ticket", flat=True).get(pk=message_id)
        change = Change.open(ticket_id, by=SYSTEM, at=at)
        message = Message.objects.get(pk=message_id)
        code = RemarkCode.SENT_TO_SEVERAL.value
        others = [remark for remark in message.remark_data if remark["code"] != code]
        known = [r["addresses"].split(", ") for r in message.remark_data if r["code"] == code]
        noted = list(dict.fromkeys([*(a for found in known for a in found), *addresses]))
        if known and len(noted) == len(known[0]):
            return False
        shown = ", ".join(noted)
        remark = make_remark(RemarkCode.SENT_TO_SEVERAL, addresses=shown)
        message.remark_data = [*others, remark.to_json()]
        message.save(update_fields=["remark_data"])
        change.record(EventKind.RECIPIENTS_ADDED, {"message": message_id, "addresses": shown})
        change.save()
    return True
