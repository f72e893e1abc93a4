"""The ways to a side conversation: for an agent, and locked for a change."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.access import tickets_for_agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.models import SideConversation, Ticket
from tickets.services.merged import find_end

MAX_MOVES = 5  # merges that cross one change


class MovedError(Exception):
    """The conversation went to another ticket while its own was being locked."""


def get_side_for_agent(agent: Agent, number: int, side_id: int) -> SideConversation:
    """Return a side conversation of a ticket that the agent may see.

    A merged ticket leads to those that went to the ticket that continues it, if the agent may see
    that one. Raises SideConversation.DoesNotExist for any other one.
    """
    visible = tickets_for_agent(agent)
    ticket = visible.filter(number=number).first()
    if ticket is None:
        raise SideConversation.DoesNotExist
    sides = SideConversation.objects.select_related("ticket__desk", "ticket__contact")
    places = {ticket.pk, find_end(ticket).pk}
    return sides.get(ticket__in=visible.filter(pk__in=places), desk_id=agent.desk_id, pk=side_id)


def list_sides(ticket: Ticket) -> list[SideConversation]:
    """Return the side conversations on a ticket, oldest first. The caller checks who may see it."""
    related = ("ticket__desk", "merged_from__desk")
    sides = SideConversation.objects.filter(ticket=ticket).select_related(*related)
    return list(sides.prefetch_related("participants").order_by("pk"))


def open_side(side_id: int, *, by: Actor, at: datetime) -> tuple[Change, SideConversation]:
    """Lock a side conversation with its ticket, which comes first in the lock order.

    Call it in a transaction. Raises ConflictError if merges keep moving it.
    """
    for _attempt in range(MAX_MOVES):
        try:
            with transaction.atomic():  # gives back the lock of a ticket that it has left
                return _lock(side_id, by=by, at=at)
        except MovedError:
            continue
    raise ConflictError(_("This ticket was changed in the meantime. Reload the page."))


def _lock(side_id: int, *, by: Actor, at: datetime) -> tuple[Change, SideConversation]:
    ticket_id = SideConversation.objects.values_list("ticket", flat=True).get(pk=side_id)
    change = Change.open(ticket_id, by=by, at=at)
    side = SideConversation.objects.select_for_update().get(pk=side_id)
    if side.ticket_id != ticket_id:
        raise MovedError
    return change, side
