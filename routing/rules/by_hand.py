"""Decisions that people made by hand, which a dry run leaves alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from routing.models import ActionKind
from tickets.events import EventKind
from tickets.models import ActorKind, TicketEvent

KINDS = {
    EventKind.DEPARTMENT_CHANGED.value: ActionKind.DEPARTMENT.value,
    EventKind.PRIORITY_CHANGED.value: ActionKind.PRIORITY.value,
}
PEOPLE = (ActorKind.AGENT, ActorKind.CONTACT)


def find_kept(ticket_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return the kinds of actions that people took on tickets themselves, by ticket.

    A customer raises the priority with an emergency. Department and priority only: rules never take
    a ticket to a lower level, and tags and skills are only added.
    """
    events = TicketEvent.objects.filter(
        ticket_id__in=ticket_ids, kind__in=KINDS, actor_kind__in=PEOPLE
    )
    found: dict[int, set[str]] = defaultdict(set)
    for ticket_id, kind in events.values_list("ticket_id", "kind"):
        found[ticket_id].add(KINDS[kind])
    return {ticket_id: frozenset(kinds) for ticket_id, kinds in found.items()}
