"""Agents' notifications: which agents an event notifies, the sentence, reading and marking read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Role
from tickets.events import EventKind, Followers
from tickets.models import ActorKind, Notification, TicketEvent
from tickets.timeline import describe_event
from tickets.visibility import TicketVisibility

SENTENCES: dict[str, str | Promise] = {
    EventKind.ASSIGNED: _("%(ticket)s was assigned to you."),
    EventKind.CUSTOMER_RESPONDED: _("%(actor)s replied on %(ticket)s."),
    EventKind.MACHINE_RESPONDED: _("An automatic reply arrived on %(ticket)s."),
    EventKind.SLA_WARNED: _("The first response on %(ticket)s is due soon."),
    EventKind.SLA_BREACHED: _("The first response on %(ticket)s is overdue."),
    EventKind.MAIL_FAILED: _("An email on %(ticket)s couldn't be delivered."),
}


def describe_notification(notification: Notification) -> str:
    """Return the sentence of a notification in the active language."""
    event, ticket = notification.event, notification.ticket
    sentence = SENTENCES.get(event.kind)
    if sentence is None:  # kinds of an earlier version
        return describe_event(event, ticket.desk)
    return str(sentence) % {"ticket": ticket.reference, "actor": event.actor_name}


def _list_assignee(event: TicketEvent) -> Iterable[int]:
    return [event.ticket.assignee_id] if event.ticket.assignee_id else []


def _list_new_assignee(event: TicketEvent) -> Iterable[int]:
    after = event.data["assignee"][1]
    return [after] if after else []


def _list_assignee_and_leads(event: TicketEvent) -> Iterable[int]:
    leads = Agent.objects.filter(desk_id=event.desk_id, role=Role.LEAD, is_active=True)
    return {*_list_assignee(event), *leads.values_list("pk", flat=True)}


def _notify(recipients: Callable[[TicketEvent], Iterable[int]]) -> Callable[[TicketEvent], None]:
    def follow(event: TicketEvent) -> None:
        actor = event.actor_id if event.actor_kind == ActorKind.AGENT else None
        Notification.objects.bulk_create(
            [
                Notification(
                    desk_id=event.desk_id,
                    agent_id=agent_id,
                    event=event,
                    ticket_id=event.ticket_id,
                    created_at=event.at,
                )
                for agent_id in recipients(event)
                if agent_id != actor
            ],
            ignore_conflicts=True,
        )

    return follow


LATER: Followers = {
    EventKind.ASSIGNED: _notify(_list_new_assignee),
    EventKind.CUSTOMER_RESPONDED: _notify(_list_assignee),
    EventKind.MACHINE_RESPONDED: _notify(_list_assignee),
    EventKind.SLA_WARNED: _notify(_list_assignee),
    EventKind.SLA_BREACHED: _notify(_list_assignee_and_leads),
    EventKind.MAIL_FAILED: _notify(_list_assignee),
}


def list_unread_notifications(agent: Agent, *, limit: int) -> list[Notification]:
    """Return the newest unread notifications of an agent, with their tickets and events.

    None about a ticket that has been hidden from the agent since.
    """
    unread = Notification.objects.filter(
        TicketVisibility.for_agent(agent).as_q("ticket__"), agent=agent, read_at__isnull=True
    )
    related = unread.select_related("ticket__desk", "event")
    return list(related.order_by("-id")[:limit])


def get_notification(agent: Agent, notification_id: int) -> Notification:
    """Return an agent's notification with its ticket.

    Raises Notification.DoesNotExist for another agent's, or one of a hidden ticket.
    """
    mine = Notification.objects.filter(
        TicketVisibility.for_agent(agent).as_q("ticket__"), agent=agent
    )
    return mine.select_related("ticket").get(pk=notification_id)


def mark_ticket_read(*, agent: Agent, ticket_id: int, at: datetime) -> int:
    """Mark an agent's notifications of a ticket as read; return how many there were."""
    unread = Notification.objects.filter(agent=agent, read_at__isnull=True)
    return unread.filter(ticket_id=ticket_id).update(read_at=at)


def mark_all_read(*, agent: Agent, at: datetime) -> int:
    """Mark all of an agent's notifications as read; return how many there were."""
    return Notification.objects.filter(agent=agent, read_at__isnull=True).update(read_at=at)
