"""Writing to merged tickets: messages go to the ticket at the end of the chain.

Who may read it stays as it was: a customer of the merged ticket who isn't on the other one writes
"via" their own ticket, and only its readers see the message in the portal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Agent, Contact
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, MergedError, NotAllowedError
from tickets.models import Participant, Ticket
from tickets.rules.visibility import TicketVisibility

R = TypeVar("R")
MAX_CHAIN = 50  # merged tickets in a row


def open_unmerged(
    ticket_id: int, *, by: Actor, at: datetime, new: type[Model] | None = None
) -> Change:
    """Lock a ticket, as Change.open does. Raises MergedError if it was merged into another one.

    The caller lets go of the lock before it takes the next one (follow_merges): a merge locks both
    tickets in the order of their IDs.
    """
    change = Change.open(ticket_id, by=by, at=at, new=new)
    if change.ticket.merged_into_id is not None:
        raise MergedError(change.ticket.merged_into_id)
    return change


def follow_merges(ticket_id: int, work: Callable[[int], R]) -> R:
    """Call ``work``, which opens a transaction, with the ticket at the end of the chain."""
    for _step in range(MAX_CHAIN):
        try:
            return work(ticket_id)
        except MergedError as merged:
            ticket_id = merged.into_id
    raise ConflictError(_("This ticket was merged too many times."))


def find_end(ticket: Ticket) -> Ticket:
    """Return the ticket that continues a merged one; the ticket itself if it wasn't merged."""
    for _step in range(MAX_CHAIN):
        if ticket.merged_into_id is None:
            break
        ticket = Ticket.objects.select_related("desk", "contact").get(pk=ticket.merged_into_id)
    return ticket


def list_merged(ticket_id: int) -> set[int]:
    """Return the IDs of a ticket and of all that were merged into it, also one after another."""
    found = newest = {ticket_id}
    while newest:
        merged = Ticket.objects.filter(merged_into__in=newest).order_by()
        newest = set(merged.values_list("pk", flat=True)) - found
        found = found | newest
    return found


def find_via(ticket: Ticket, contact: Contact, written_to: int) -> int | None:
    """Return the merged ticket that a customer writes by; None for those who are on this one."""
    if ticket.pk == written_to or ticket.contact_id == contact.pk:
        return None
    if Participant.objects.filter(ticket=ticket, contact=contact).exists():
        return None
    return written_to


def require_visible(ticket: Ticket, written_to: int, agent: Agent) -> None:
    """Raise NotAllowedError if an agent may not see the ticket that continues the one at hand."""
    if ticket.pk == written_to:
        return
    visibility = TicketVisibility.for_agent(agent)
    if not visibility.allows(department_id=ticket.department_id, assignee_id=ticket.assignee_id):
        raise NotAllowedError(_("You can't see the ticket that this one was merged into."))


def require_same_readers(ticket: Ticket, written_to: int, agent: Agent) -> None:
    """Raise ConflictError if a reply to a merged ticket would go to another requester."""
    require_visible(ticket, written_to, agent)
    if ticket.pk == written_to:
        return
    if ticket.contact_id != Ticket.objects.values_list("contact", flat=True).get(pk=written_to):
        raise ConflictError(
            _(
                "This ticket was merged into %(ticket)s, whose requester is someone else. Reply "
                "there, or undo the merge first."
            )
            % {"ticket": ticket.reference}
        )
