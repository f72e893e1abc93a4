"""Lines in the inboxes of agents: who has to know of an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from accounts.models import Agent, Role
from tickets.log import Followers, Kind
from tickets.models import ActorKind, Notification, TicketEvent


def _assignee(event: TicketEvent) -> Iterable[int]:
    return [event.ticket.assignee_id] if event.ticket.assignee_id else []


def _new_assignee(event: TicketEvent) -> Iterable[int]:
    after = event.data["assignee"][1]
    return [after] if after else []


def _assignee_and_leads(event: TicketEvent) -> Iterable[int]:
    leads = Agent.objects.filter(desk_id=event.desk_id, role=Role.LEAD, is_active=True)
    return {*_assignee(event), *leads.values_list("pk", flat=True)}


def _notify(
    who: Callable[[TicketEvent], Iterable[int]], text: str
) -> Callable[[TicketEvent], None]:
    def follow(event: TicketEvent) -> None:
        actor = event.actor_id if event.actor_kind == ActorKind.AGENT else None
        line = text.format(ticket=event.ticket.reference, actor=event.actor_name)
        Notification.objects.bulk_create(
            [
                Notification(
                    desk_id=event.desk_id,
                    agent_id=agent_id,
                    event=event,
                    ticket_id=event.ticket_id,
                    text=line,
                    created_at=event.at,
                )
                for agent_id in who(event)
                if agent_id != actor
            ],
            ignore_conflicts=True,
        )

    return follow


LATER: Followers = {
    Kind.ASSIGNED: _notify(_new_assignee, "{ticket} is yours."),
    Kind.CUSTOMER_RESPONDED: _notify(_assignee, "{actor} answered on {ticket}."),
    Kind.MACHINE_RESPONDED: _notify(_assignee, "An automatic answer arrived on {ticket}."),
    Kind.SLA_WARNED: _notify(_assignee, "The first response on {ticket} comes due."),
    Kind.SLA_BREACHED: _notify(_assignee_and_leads, "The first response on {ticket} is overdue."),
    Kind.MAIL_FAILED: _notify(_assignee, "A mail of {ticket} could not be delivered."),
}
