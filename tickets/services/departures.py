"""People who leave an account: they stop getting updates on its tickets.

They stop following the account's tickets, and those that they requested, open or closed, get
another requester: a closed ticket can be reopened, and requesters read their tickets in the portal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import Contact, ContactRole
from tickets.actors import SYSTEM, Actor
from tickets.changes import record_many
from tickets.events import EventKind
from tickets.models import Participant, Ticket

SUCCESSORS = (ContactRole.MANAGER, ContactRole.POINT_OF_CONTACT)


def hand_over_tickets(
    *, desk_id: int, left: Mapping[int, int], by: Contact | None, at: datetime
) -> None:
    """Take people who left an account from all of its tickets, with one event per ticket.

    A follower of accounts (settings.DEPARTURE_FOLLOWERS). left: contact id -> account id. Their
    requests go to the manager who removed them, else to another manager, else to a point of
    contact. If the account has neither, nobody there could answer, and they stay the requester.
    """
    actor = Actor.of(by) if by else SYSTEM
    with transaction.atomic():
        for contact in Contact.objects.filter(desk_id=desk_id, pk__in=left).order_by("pk"):
            account_id = left[contact.pk]
            _lock_tickets(contact, account_id)
            _remove_follower(contact, account_id, by=actor, at=at)
            if successor := _find_successor(contact, account_id, by):
                _replace_requester(contact, account_id, successor, by=actor, at=at)


def _lock_tickets(contact: Contact, account_id: int) -> None:
    """Lock the account's tickets of the person. The order of ids keeps two sweeps apart."""
    follows = Participant.objects.filter(contact=contact).order_by().values("ticket_id")
    tickets = Ticket.objects.filter(Q(contact=contact) | Q(pk__in=follows), account_id=account_id)
    list(tickets.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _remove_follower(contact: Contact, account_id: int, *, by: Actor, at: datetime) -> None:
    follows = Participant.objects.filter(contact=contact, ticket__account_id=account_id)
    ticket_ids = sorted(follows.values_list("ticket_id", flat=True))
    follows.delete()
    record_many(
        desk_id=contact.desk_id,
        kind=EventKind.PARTICIPANT_REMOVED,
        by=by,
        at=at,
        facts=[(pk, {"contact": contact.pk, "name": str(contact)}) for pk in ticket_ids],
    )


def _find_successor(contact: Contact, account_id: int, by: Contact | None) -> Contact | None:
    people = Contact.objects.filter(
        desk_id=contact.desk_id, account_id=account_id, role__in=SUCCESSORS
    )
    order = {str(role): place for place, role in enumerate(SUCCESSORS)}
    found = sorted(people.exclude(pk=contact.pk), key=lambda one: (order[one.role], one.pk))
    return next((one for one in found if by and one.pk == by.pk), found[0] if found else None)


def _replace_requester(
    contact: Contact, account_id: int, successor: Contact, *, by: Actor, at: datetime
) -> None:
    requested = Ticket.objects.filter(contact=contact, account_id=account_id)
    ticket_ids = sorted(requested.values_list("pk", flat=True))
    requested.update(contact=successor)
    Participant.objects.filter(contact=successor, ticket__in=ticket_ids).delete()
    data = {"contact": contact.pk, "requester": successor.pk, "name": str(successor)}
    record_many(
        desk_id=contact.desk_id,
        kind=EventKind.REQUESTER_LEFT,
        by=by,
        at=at,
        facts=[(pk, data) for pk in ticket_ids],
    )
