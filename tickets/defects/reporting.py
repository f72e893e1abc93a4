"""Reports by customers that a known issue affects them, too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.customers.entitlements import get_portal_refusal
from accounts.models import Contact
from tickets.access import tickets_for_contact
from tickets.actors import Actor
from tickets.defects.linking import link_in_change, open_link_change, unlink_in_change
from tickets.defects.locking import lock_defect
from tickets.defects.log import record_defect_event
from tickets.errors import ConflictError, NotAllowedError
from tickets.models import Defect, DefectEventKind, DefectLink, QueueRow, State, Ticket


def can_report_known_issues(contact: Contact) -> bool:
    """Return True if a contact may open requests, and so may report that an issue affects them."""
    return get_portal_refusal(contact) is None


def can_report_with(contact: Contact, ticket: Ticket | QueueRow) -> bool:
    """Return True for an open ticket of the contact or their account, not for one they follow."""
    is_own = ticket.contact_id == contact.pk
    is_of_account = contact.account_id is not None and ticket.account_id == contact.account_id
    return ticket.status != State.CLOSED and (is_own or is_of_account)


def report_known_issue(
    *, contact: Contact, ticket_id: int, defect_id: int, at: datetime
) -> tuple[Defect, bool]:
    """Link a customer's ticket to a known issue. They hear where the fix stands from then on.

    Returns the defect, and False if the ticket was linked already. Raises NotAllowedError,
    Ticket.DoesNotExist for a ticket that the contact can't see, and ConflictError if the ticket is
    closed or the issue isn't published anymore.
    """
    if not can_report_known_issues(contact):
        raise NotAllowedError(_("Only people who can open requests can report this."))
    found = tickets_for_contact(contact).get(pk=ticket_id)
    by = Actor.of(contact)
    with transaction.atomic():
        change = open_link_change(found.pk, by=by, at=at)
        if not can_report_with(contact, change.ticket):
            raise ConflictError(_("Choose one of your open requests, or open a new one."))
        defect = lock_defect(defect_id)
        if not defect.is_published or defect.desk_id != contact.desk_id:
            raise ConflictError(_("This known issue isn't published anymore."))
        is_new = link_in_change(change, defect, agent=None)
        if is_new:
            data = {"ticket": change.ticket.number}
            record_defect_event(defect, DefectEventKind.LINKED, data, by=by, at=at)
            change.save()
    return defect, is_new


def list_withdrawable(contact: Contact, defect: Defect, tickets: Iterable[Ticket]) -> set[int]:
    """Return the IDs of the tickets that a contact may take their report back with.

    Customers remove what customers reported, never what an agent linked.
    """
    own = [ticket.pk for ticket in tickets if can_report_with(contact, ticket)]
    links = DefectLink.objects.filter(defect=defect, ticket__in=own, linked_by=None)
    return set(links.values_list("ticket_id", flat=True))


def withdraw_report(*, contact: Contact, ticket_id: int, defect_id: int, at: datetime) -> Defect:
    """Remove the link that a customer made by mistake. They hear nothing more about the fix.

    Raises NotAllowedError, Ticket.DoesNotExist for a ticket that the contact can't see, and
    ConflictError for a link that no customer made or that is gone.
    """
    if not can_report_known_issues(contact):
        raise NotAllowedError(_("Only people who can open requests can report this."))
    found = tickets_for_contact(contact).get(pk=ticket_id)
    by = Actor.of(contact)
    with transaction.atomic():
        change = open_link_change(found.pk, by=by, at=at)
        defect = lock_defect(defect_id)
        if not list_withdrawable(contact, defect, [change.ticket]):
            raise ConflictError(_("Ask us in your request to remove this link."))
        unlink_in_change(change, defect, by=by)
        change.save()
    return defect
