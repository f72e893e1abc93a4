"""The people of an email: a requester other than its sender, and further mailboxes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.match_reasons import MatchCode, make_reason
from accounts.models import Contact
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
