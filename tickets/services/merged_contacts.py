"""Tickets of a contact who is merged into another one: requests, messages, and what names them.

Tickets keep their account, clocks and department: another person of the same people changes none
of these. channels_intake/connections/merging.py moves open requests without an account.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F, Func, Q

from accounts.models import Contact
from tickets.actors import Actor
from tickets.changes import record_many
from tickets.conditions.conditions import SEPARATOR, split_values
from tickets.events import EventKind
from tickets.models import (
    DefectUpdate,
    ImportedRow,
    Message,
    Participant,
    PendingReply,
    SavedView,
    SubmittedForm,
    Ticket,
)

REQUESTER = ("requester", "not_requester")  # conditions of saved views


def lock_tickets_of(contact: Contact) -> list[int]:
    """Lock the tickets that a contact requested, follows or wrote on; return their IDs in order."""
    follows = Participant.objects.filter(contact=contact).order_by().values("ticket_id")
    wrote = Message.objects.filter(contact=contact).order_by().values("ticket_id")
    theirs = Ticket.objects.filter(contact=contact).order_by().values("pk")
    tickets = Ticket.objects.filter(Q(pk__in=theirs.union(follows, wrote)), desk_id=contact.desk_id)
    locked = tickets.select_for_update(no_key=True).order_by("pk")
    return list(locked.values_list("pk", flat=True))


def move_tickets(
    contact: Contact,
    into: Contact,
    *,
    ticket_ids: Collection[int],
    by: Actor,
    reason: str,
    at: datetime,
) -> None:
    """Give the locked tickets of a contact to another one, with one event on each.

    Nobody follows their own request, or follows a ticket twice.
    """
    _remove_doubled_followers(contact, into)
    sent = SubmittedForm.objects.filter(contact=into).values("token")
    SubmittedForm.objects.filter(contact=contact, token__in=sent).delete()
    Ticket.objects.filter(contact=contact).update(contact=into)
    Participant.objects.filter(contact=contact).update(contact=into)
    Message.objects.filter(contact=contact).update(contact=into)
    _rename_in_pending_replies(contact.pk, into.pk, ticket_ids)
    _rename_in_views(contact, into.pk)
    _rename_in_updates(contact.pk, into.pk, ticket_ids)
    ImportedRow.objects.filter(desk_id=contact.desk_id, kind="contact", row_id=contact.pk).update(
        row_id=into.pk
    )
    data = {
        "contact": contact.pk,
        "requester": into.pk,
        "was": str(contact),
        "name": str(into),
        "why": reason,
    }
    record_many(
        desk_id=contact.desk_id,
        kind=EventKind.CONTACT_MERGED,
        by=by,
        at=at,
        facts=[(ticket_id, data) for ticket_id in ticket_ids],
    )


def _remove_doubled_followers(contact: Contact, into: Contact) -> None:
    both = {contact.pk, into.pk}
    requested = Ticket.objects.filter(contact__in=both).order_by().values("pk")
    Participant.objects.filter(contact__in=both, ticket__in=requested).delete()
    followed = Participant.objects.filter(contact=into).order_by().values("ticket_id")
    Participant.objects.filter(contact=contact, ticket__in=followed).delete()


def _rename_in_pending_replies(before: int, after: int, ticket_ids: Collection[int]) -> None:
    """Replace the person among those whom a pending reply was written for."""
    for row in PendingReply.objects.filter(ticket__in=ticket_ids, recipients__isnull=False):
        known: dict[str, Any] = row.recipients or {}
        requester = after if known["contact"] == before else known["contact"]
        followers = {after if one == before else one for one in known["followers"]} - {requester}
        row.recipients = {**known, "contact": requester, "followers": sorted(followers)}
        row.save(update_fields=["recipients"])


def _rename_in_updates(before: int, after: int, ticket_ids: Collection[int]) -> None:
    """Replace the person among those who had a defect's update, which they don't get twice."""
    told = DefectUpdate.objects.filter(ticket__in=ticket_ids, contacts__contains=[before])
    told.update(contacts=Func(F("contacts"), before, after, function="array_replace"))


def _rename_in_views(contact: Contact, after: int) -> None:
    """Replace the person in the conditions of saved views."""
    views = SavedView.objects.filter(
        desk_id=contact.desk_id, conditions__has_any_keys=list(REQUESTER)
    )
    for view in views:
        changed = {
            name: SEPARATOR.join(dict.fromkeys(_rename(view.conditions[name], contact.pk, after)))
            for name in REQUESTER
            if name in view.conditions
        }
        if changed.items() <= view.conditions.items():
            continue
        view.conditions |= changed
        view.save(update_fields=["conditions"])


def _rename(values: str, before: int, after: int) -> list[str]:
    return [str(after) if one == str(before) else one for one in split_values(values)]
