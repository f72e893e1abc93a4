"""Agents' notifications: which agents an event notifies, the sentence, reading and marking read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Role
from accounts.rows import prepared_cursor
from tickets.events import EventKind, Followers, Together
from tickets.models import ActorKind, Notification, TicketEvent
from tickets.timeline import describe_event
from tickets.visibility import TicketVisibility

BATCH = 500  # old notifications deleted together
DAY = Value(timedelta(days=1), DurationField())

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


WRITE = """
INSERT INTO tickets_notification (desk_id, agent_id, event_id, ticket_id, created_at)
SELECT %(desk)s::bigint, agent_id, event_id, ticket_id, created_at
FROM unnest(%(agents)s::bigint[], %(events)s::bigint[], %(tickets)s::bigint[],
  %(times)s::timestamptz[]) AS given(agent_id, event_id, ticket_id, created_at)
ON CONFLICT (event_id, agent_id) DO NOTHING
"""


def notify(events: Sequence[TicketEvent]) -> None:
    """Write the notifications of events of one desk in one statement.

    Agents aren't notified of their own actions.
    """
    leads = _list_leads(events)
    told = [
        (agent_id, event)
        for event in events
        for agent_id in sorted(_list_recipients(event, leads))
        if event.actor_kind != ActorKind.AGENT or agent_id != event.actor_id
    ]
    if told:
        given: dict[str, Any] = {
            "desk": events[0].desk_id,
            "agents": [agent_id for agent_id, _ in told],
            "events": [event.pk for _, event in told],
            "tickets": [event.ticket_id for _, event in told],
            "times": [event.at for _, event in told],
        }
        with prepared_cursor() as cursor:
            cursor.execute(WRITE, given)


def _list_recipients(event: TicketEvent, leads: Collection[int]) -> set[int]:
    """Return the agents to notify: the new assignee, otherwise the current one."""
    if event.kind == EventKind.ASSIGNED:
        assignee_id = event.data["assignee"][1]
    else:
        assignee_id = event.ticket.assignee_id
    found = {assignee_id} if assignee_id else set()
    return found.union(leads) if event.kind == EventKind.SLA_BREACHED else found


def _list_leads(events: Sequence[TicketEvent]) -> Collection[int]:
    """Return the leads of the desk if leads are notified of this event."""
    if all(event.kind != EventKind.SLA_BREACHED for event in events):
        return []
    leads = Agent.objects.filter(desk_id=events[0].desk_id, role=Role.LEAD, is_active=True)
    return list(leads.values_list("pk", flat=True))


LATER: Followers = dict.fromkeys(SENTENCES, Together(notify))


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


def list_old_notifications(at: datetime) -> QuerySet[Notification]:
    """Return read notifications that are older than their desk keeps them."""
    kept = ExpressionWrapper(F("desk__notification_days") * DAY, DurationField())
    until = ExpressionWrapper(Value(at, DateTimeField()) - kept, DateTimeField())
    return Notification.objects.filter(read_at__isnull=False, read_at__lt=until)


def delete_old_notifications(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old notifications of the current desk. Return how many."""
    old = list_old_notifications(at).filter(desk_id=desk_id).order_by("read_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return Notification.objects.filter(pk__in=ids).delete()[0]
