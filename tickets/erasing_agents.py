"""Erasure of an agent's names from tickets: who had them, whom ladders alerted, and the reasons.

helpdesk.privacy.agents calls this in the system scope, as it does tickets.erasing.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from accounts.privacy.erasing import ERASED_NAME, KnownNames
from accounts.privacy.scrubbing import build_pattern, rewrite_data, scrub_text
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent
from tickets.sentences.reasons import Reason
from tickets.webhooks.erasing import erase_answers

NAMED = ("agent", "owner", "holder", "before")  # agents in reasons


def forget_assignee(person: KnownNames, agent_id: int) -> None:
    """Erase an agent's names from the tickets that they had or owned: who had them, and why."""
    pattern = build_pattern(person.names)

    def without(data: dict[str, Any]) -> dict[str, Any]:
        pairs = zip(data["assignee"], data["names"], strict=True)
        names = [ERASED_NAME if pk == agent_id else name for pk, name in pairs]
        changed: dict[str, Any] = {"names": names}
        for key in ("why", "reason"):
            if key in data:
                changed[key] = _scrub_reason(pattern, data[key])
        return changed

    is_theirs = Q(data__assignee__contains=agent_id) | Q(data__owner__contains=agent_id)
    had = TicketEvent.objects.filter(
        is_theirs, desk_id=person.desk_id, kind=EventKind.ASSIGNED.value
    )
    tickets = list(Ticket.objects.filter(pk__in=had.order_by().values("ticket_id")))
    rewrite_data(had, without)
    unclaimed = TicketEvent.objects.filter(
        ticket__in=tickets, kind=EventKind.HANDOVER_UNCLAIMED.value
    )
    rewrite_data(
        unclaimed,
        lambda data: {key: scrub_text(pattern, data[key]) for key in ("sender", "receiver")},
    )
    for ticket in tickets:
        ticket.route_reasons = [
            *ticket.route_reasons[:1],
            *(_scrub_reason(pattern, reason) for reason in ticket.route_reasons[1:]),
        ]
    Ticket.objects.bulk_update(tickets, ["route_reasons"], batch_size=500)
    erase_answers([ticket.pk for ticket in tickets])


def forget_alerted(person: KnownNames, agent_id: int) -> None:
    """Erase an agent's name from the steps of ladders that alerted them, and from answers."""

    def without(data: dict[str, Any]) -> dict[str, Any]:
        pairs = zip(data["to"], data["names"], strict=True)
        return {"names": [ERASED_NAME if pk == agent_id else name for pk, name in pairs]}

    alerted = TicketEvent.objects.filter(
        desk_id=person.desk_id, kind=EventKind.LADDER_STEP.value, data__to__contains=agent_id
    )
    rewrite_data(alerted, without)
    # Of people whom a paging service named, and who weren't known as agents.
    kinds = (EventKind.LADDER_ACKNOWLEDGED.value, EventKind.PAGE_ANSWERED.value)
    named = TicketEvent.objects.filter(desk_id=person.desk_id, kind__in=kinds, data__has_key="name")
    pattern = build_pattern(person.names)
    rewrite_data(named, lambda data: {"name": scrub_text(pattern, data["name"])})


def forget_matcher(person: KnownNames, ticket_ids: Collection[int]) -> None:
    """Erase an agent's names from why tickets have their account: opened or released by them."""
    pattern = build_pattern(person.names)
    tickets = list(Ticket.objects.filter(desk_id=person.desk_id, pk__in=ticket_ids))
    for ticket in tickets:
        ticket.match_reasons = [_scrub_reason(pattern, reason) for reason in ticket.match_reasons]
    Ticket.objects.bulk_update(tickets, ["match_reasons"], batch_size=500)


def _scrub_reason(pattern: str, reason: Reason) -> Reason:
    """Scrub the agents named in a reason; the codes and the desk's own names stay."""
    if isinstance(reason, str):
        return scrub_text(pattern, reason)
    found = {key: scrub_text(pattern, reason[key]) for key in NAMED if key in reason}
    return {**reason, **found}
