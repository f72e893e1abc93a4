"""Contents of alerts, read when they are sent: stored calls hold no names and no links."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Agent
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.paging.vendors import Act, Alert
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent
from tickets.sentences.clock_names import get_clock_name
from tickets.signed_links import make_link_token
from tickets.timeline import describe_event

_KEY = re.compile(r"plumbline-([0-9]{1,18})-([0-9]{1,18})")


def get_alert_key(ticket: Ticket) -> str:
    """Return the key by which services know the alert of a ticket."""
    return f"plumbline-{ticket.desk_id}-{ticket.pk}"


def read_alert_key(key: str) -> tuple[int, int]:
    """Return the IDs of the desk and of the ticket in a key; zeros for a key that isn't ours."""
    found = _KEY.fullmatch(key)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def make_alert(event: TicketEvent, act: Act) -> Alert:
    """Return the alert of an event, with its ticket and desk, in the active language."""
    ticket, desk = event.ticket, event.ticket.desk
    agents = list_alerted(event) if act == Act.TRIGGER else []
    clock = get_clock_name(event.data["clock"]) if event.data.get("clock") else ""
    return Alert(
        key=get_alert_key(ticket),
        act=act,
        summary=_("%(ticket)s needs you now: %(subject)s")
        % {"ticket": ticket.reference, "subject": ticket.subject},
        source=f"Plumbline {desk.name}",
        at=event.at,
        rank=ticket.priority.rank,
        details={
            "ticket": ticket.reference,
            "priority": ticket.priority.localized_name,
            "clock": clock,
            "due_at": event.data.get("due_at", ""),
            "what": describe_event(event, desk),
        },
        links=tuple(_list_links(ticket, agents)),
        people=tuple(agent.name for agent in agents),
    )


def is_over(event: TicketEvent) -> bool:
    """Return True if an agent has acknowledged since a step, or its ladder has ended."""
    later = TicketEvent.objects.filter(ticket_id=event.ticket_id, pk__gt=event.pk)
    quiet = (EventKind.LADDER_ACKNOWLEDGED.value, EventKind.LADDER_ENDED.value)
    return later.filter(kind__in=quiet).exists()


def list_alerted(event: TicketEvent) -> list[Agent]:
    """Return the agents whom a step alerted and who are still active."""
    alerted = Agent.objects.filter(pk__in=event.data.get("to") or (), is_active=True)
    return list(alerted.select_related("user").order_by("pk"))


def _list_links(ticket: Ticket, agents: Iterable[Agent]) -> Iterable[tuple[str, str]]:
    yield _("Open the ticket"), get_ticket_url(ticket)
    for agent in agents:
        if agent.can_write:
            text = _("Acknowledge as %(name)s") % {"name": agent.name}
            yield text, get_acknowledgement_url(ticket, agent)


def get_ticket_url(ticket: Ticket) -> str:
    """Return the ticket's page for agents."""
    return f"{get_desk_url(ticket.desk)}/agent/tickets/{ticket.number}/"


def get_acknowledgement_url(ticket: Ticket, agent: Agent) -> str:
    """Return the signed link with which an agent acknowledges without a sign-in.

    Like all links that carry a secret, it uses the installation's own host.
    """
    token = make_link_token(desk_id=ticket.desk_id, ticket_id=ticket.pk, agent_id=agent.pk)
    return f"{settings.SITE_URL}/{ticket.desk.slug}/acknowledgement/{token}/"
