"""Access checks: the only way to get a defect for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Agent, Contact, Desk
from tickets.access import tickets_for_agent
from tickets.models import Defect, DefectEvent
from tickets.rules.visibility import TicketVisibility

MAX_NUMBER_DIGITS = 12


def list_defects_for_agent(agent: Agent) -> QuerySet[Defect]:
    """Return the defects of an agent's desk. All agents of a desk see all of its defects."""
    return Defect.objects.filter(desk_id=agent.desk_id).select_related(
        "desk", "product", "owner", "planned_line__product"
    )


def get_defect_for_agent(agent: Agent, number: int) -> Defect:
    """Return a defect of an agent's desk by its number. Raises Defect.DoesNotExist."""
    return list_defects_for_agent(agent).get(number=number)


def hide_tickets(events: Iterable[DefectEvent], agent: Agent) -> None:
    """Remove the numbers of tickets that an agent doesn't see from events of defects."""
    naming = [event for event in events if event.data.get("ticket")]
    if not (naming and TicketVisibility.for_agent(agent).is_restricted):
        return
    named = {event.data["ticket"] for event in naming}
    seen = set(tickets_for_agent(agent).filter(number__in=named).values_list("number", flat=True))
    for event in naming:
        if event.data["ticket"] not in seen:
            event.data["ticket"] = None


def list_known_issues(desk: Desk) -> QuerySet[Defect]:
    """Return the defects that a desk publishes in its portal, the newest change first."""
    published = Defect.objects.filter(desk=desk, is_published=True)
    return published.select_related("desk", "product", "planned_line").order_by(
        "-updated_at", "-id"
    )


def get_known_issue(contact: Contact, number: int) -> Defect:
    """Return a published defect of a contact's desk. Raises Defect.DoesNotExist."""
    return list_known_issues(contact.desk).get(number=number)


def find_key(text: str, desk: Desk) -> int | None:
    """Return the number in a defect's key such as "RC-D12" or "D12", or None.

    Case doesn't matter.
    """
    pattern = rf"(?:{re.escape(desk.ticket_prefix)}-)?D([0-9]{{1,{MAX_NUMBER_DIGITS}}})"
    found = re.fullmatch(pattern, text.strip(), re.IGNORECASE)
    return int(found[1]) if found else None
