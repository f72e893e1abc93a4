"""Lines in the inboxes of agents: who has to know of an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from accounts.models import Agent, Role
from tickets.events import EventKind, Followers
from tickets.models import ActorKind, Notification, TicketEvent
from tickets.visibility import TicketVisibility


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
    EventKind.ASSIGNED: _notify(_new_assignee, "{ticket} is yours."),
    EventKind.CUSTOMER_RESPONDED: _notify(_assignee, "{actor} answered on {ticket}."),
    EventKind.MACHINE_RESPONDED: _notify(_assignee, "An automatic answer arrived on {ticket}."),
    EventKind.SLA_WARNED: _notify(_assignee, "The first response on {ticket} comes due."),
    EventKind.SLA_BREACHED: _notify(
        _assignee_and_leads, "The first response on {ticket} is overdue."
    ),
    EventKind.MAIL_FAILED: _notify(_assignee, "A mail of {ticket} could not be delivered."),
}


def list_unread_notifications(agent: Agent, *, limit: int) -> list[Notification]:
    """The newest unread lines of an agent, with their tickets; none about a ticket hidden since."""
    unread = Notification.objects.filter(
        TicketVisibility.for_agent(agent).as_q("ticket__"), agent=agent, read_at__isnull=True
    )
    return list(
        unread.select_related("ticket").defer("ticket__subject_search").order_by("-id")[:limit]
    )


def get_notification(agent: Agent, notification_id: int) -> Notification:
    """A line of an agent's, with its ticket; Notification.DoesNotExist for another's or of a hidden ticket."""
    mine = Notification.objects.filter(
        TicketVisibility.for_agent(agent).as_q("ticket__"), agent=agent
    )
    return mine.select_related("ticket").get(pk=notification_id)


def mark_ticket_read(*, agent: Agent, ticket_id: int, at: datetime) -> int:
    """The agent has seen what the lines about a ticket speak of; gives how many there were."""
    unread = Notification.objects.filter(agent=agent, read_at__isnull=True)
    return unread.filter(ticket_id=ticket_id).update(read_at=at)


def mark_all_read(*, agent: Agent, at: datetime) -> int:
    """The agent has seen all lines; gives how many there were."""
    return Notification.objects.filter(agent=agent, read_at__isnull=True).update(read_at=at)
