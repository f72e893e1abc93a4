"""Opening a ticket (M1, M22-M25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from accounts.models import Account, Contact, Desk
from tickets import log
from tickets.actors import Actor
from tickets.models import Participant, Priority, Ticket
from tickets.services.common import NewMessage, Origin, add_message

NEXT_NUMBER = """
INSERT INTO tickets_ticketcounter (desk_id, last) VALUES (%s, 1001)
ON CONFLICT (desk_id) DO UPDATE SET last = tickets_ticketcounter.last + 1 RETURNING last
"""


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A request on its way in: subject, first message, whose it is, and what was chosen in a form."""

    subject: str
    message: NewMessage
    origin: Origin
    priority: Priority
    participants: Sequence[Contact] = ()
    fields: dict[str, str] = field(default_factory=dict)
    follow_up_of: Ticket | None = None


def open_ticket(*, desk: Desk, new: NewTicket, by: Actor, at: datetime) -> Ticket:
    """Open a ticket with its first message, in one transaction: number, clock, department and person.

    The followers start the first-response clock (sla) and find department and agent (routing) before this
    returns; ``by`` is who opened it: the contact, or an agent on the contact's behalf (M22).
    """
    with transaction.atomic():
        ticket = _create_ticket(desk, new, at=at)
        message = add_message(ticket, new.message, author=new.origin.contact, at=at)
        Participant.objects.bulk_create(
            Participant(desk=desk, ticket=ticket, contact=contact, added_at=at)
            for contact in new.participants
            if contact != new.origin.contact
        )
        log.record(
            ticket=ticket,
            kind=log.Kind.TICKET_OPENED,
            by=by,
            at=at,
            channel=str(new.message.channel),
            data={
                "message": message.pk,
                "subject": ticket.subject,
                "priority": new.priority.name,
                "unverified": ticket.is_unverified,
                "follow_up_of": new.follow_up_of and new.follow_up_of.number,
            },
        )
    return ticket


def _create_ticket(desk: Desk, new: NewTicket, *, at: datetime) -> Ticket:
    return Ticket.objects.create(
        desk=desk,
        number=next_number(desk),
        subject=" ".join(new.subject.split())[:250] or "(no subject)",
        channel=new.message.channel,
        priority=new.priority,
        contact=new.origin.contact,
        account=_account_of(new.origin),
        is_unverified=new.origin.is_unverified,
        match_reasons=list(new.origin.reasons),
        fields=new.fields,
        follow_up_of=new.follow_up_of,
        created_at=at,
        updated_at=at,
    )


def _account_of(origin: Origin) -> Account | None:
    """The account with its plan, which the clock and the routing look at; of the contact at hand if it is that."""
    if origin.account_id is None:
        return None
    if origin.contact.account_id == origin.account_id and "account" in origin.contact._state.fields_cache:
        return origin.contact.account
    return Account.objects.select_related("plan").get(pk=origin.account_id)


def next_number(desk: Desk) -> int:
    """The desk's next ticket number, without gaps or doubles: the counter's row is held until the commit.

    Nothing but open_ticket takes that row, and it locks no ticket that was there before, so no circle of
    locks can close although the counter is taken early.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [desk.pk])
        number: int = cursor.fetchone()[0]
    return number
