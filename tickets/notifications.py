"""Agents' notifications: which agents an event notifies, the sentence, reading and marking read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import (
    Q,
    QuerySet,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Role
from accounts.retention import get_limit
from tickets.events import EventKind, Followers, Together
from tickets.models import ActorKind, Notification, Stage, TicketEvent
from tickets.notes.watching import list_watchers_of
from tickets.notify.topics import FOR_AUTHORS, FOR_LEADS, FOR_WATCHERS, get_topic
from tickets.notify.writing import NewNotification, write_notifications
from tickets.rules.visibility import TicketVisibility
from tickets.sentences.clock_names import FIRST_RESPONSE, get_clock_name
from tickets.side_conversations.writers import list_writers
from tickets.timeline import describe_event
from tickets.timeline.parts import describe_time

BATCH = 500  # old notifications deleted together

SENTENCES: dict[str, str | Promise] = {
    EventKind.ASSIGNED: _("%(ticket)s was assigned to you."),
    EventKind.CUSTOMER_RESPONDED: _("%(actor)s replied on %(ticket)s."),
    EventKind.MACHINE_RESPONDED: _("An automatic reply arrived on %(ticket)s."),
    EventKind.NOTE_ADDED: _("%(actor)s added a note to %(ticket)s."),
    EventKind.SIDE_ANSWERED: _("A new reply in a side conversation on %(ticket)s."),
    EventKind.SLA_WARNED: _("The first response on %(ticket)s is due soon."),
    EventKind.SLA_BREACHED: _("The first response on %(ticket)s is overdue."),
    EventKind.HANDOVER_UNCLAIMED: _("Nobody has claimed %(ticket)s, which was handed over."),
    EventKind.LEFT_UNASSIGNED: _("Nobody on shift is active, so nobody can take %(ticket)s yet."),
    EventKind.EMERGENCY_REPORTED: _("%(actor)s reported an emergency on %(ticket)s."),
    EventKind.HELP_REQUESTED: _("%(actor)s asks your group for help with %(ticket)s."),
    EventKind.HELP_ENDED: _("%(actor)s ended the request for help with %(ticket)s."),
    EventKind.HELP_WITHDRAWN: _("%(actor)s withdrew the request for help with %(ticket)s."),
    EventKind.HELP_WARNED: _("An answer to a request for help with %(ticket)s is due soon."),
    EventKind.HELP_OVERDUE: _("An answer to a request for help with %(ticket)s is overdue."),
    EventKind.FIX_TO_CONFIRM: _(
        "The fix for %(ticket)s is released. Confirm it with the customer."
    ),
    EventKind.REPLY_HELD: _("Your reply on %(ticket)s wasn't sent. Open the ticket to see why."),
    EventKind.REPLY_WITHDRAWN: _("%(actor)s canceled your scheduled reply on %(ticket)s."),
    EventKind.APPROVAL_ASKED: _("%(actor)s wrote a reply on %(ticket)s that needs approval."),
    EventKind.REPLY_APPROVED: _("%(actor)s approved your reply on %(ticket)s."),
    EventKind.REPLY_RETURNED: _("%(actor)s sent your reply on %(ticket)s back to you."),
    EventKind.MAIL_FAILED: _("An email on %(ticket)s couldn't be delivered."),
    EventKind.CHANNEL_FAILED: _("A message on %(ticket)s couldn't be sent to the customer."),
    EventKind.LADDER_STEP: _("%(ticket)s needs you now: nobody has acknowledged it."),
}

MENTIONED = _("%(actor)s mentioned you in a note on %(ticket)s.")
# For clocks other than the first response.
CLOCK_SENTENCES: dict[str, str | Promise] = {
    EventKind.SLA_WARNED: _("%(clock)s on %(ticket)s is due soon."),
    EventKind.SLA_BREACHED: _("%(clock)s on %(ticket)s is overdue."),
}
# Of notifications that no ticket's event caused, by kind. Values named "..._at" are times.
STAFF_MISSING = "staff.missing"
HOTLINE_MISSING = "hotline.missing"
SWAP_OFFERED = "on_call.swap_offered"
SWAP_DECIDED = "on_call.swap_decided"
ABOUT_DEFECTS = "defect."  # the kinds of tickets/defects/followers/notices.py begin with it
ON_CALL_GAP = "on_call.gap"
ON_CALL_GAP_OF_LEVEL = "on_call.level_gap"
PAGE_FAILED = "page.failed"
ATTENTION_ASKED = "attention.asked"
ATTENTION_ACCEPTED = "attention.accepted"
ATTENTION_DECLINED = "attention.declined"
ESCALATION_LEAD = "escalation.lead"
ESCALATION_DUE = "escalation.due"
MAIL_OUTAGE = "mail.outage"
MAIL_RECOVERED = "mail.recovered"
WEBHOOK_PAUSED = "webhook.paused"
WEBHOOK_ENDED = "webhook.ended"
WEBHOOK_EXPIRED = "webhook.expired"
WEBHOOK_INTERNAL = "webhook.internal"
STAFF_SENTENCES: dict[str, str | Promise] = {
    ATTENTION_ASKED: _("%(agent)s asks for attention on %(subject)s."),
    ATTENTION_ACCEPTED: _("%(agent)s accepted your request for attention on %(subject)s."),
    ATTENTION_DECLINED: _("%(agent)s declined your request for attention on %(subject)s."),
    ESCALATION_LEAD: _("%(agent)s made you the lead of the escalated account %(account)s."),
    ESCALATION_DUE: _("An update about the escalated account %(account)s is due."),
    STAFF_MISSING: _("%(agent)s should have been on shift since %(start_at)s, but isn't active."),
    HOTLINE_MISSING: _(
        "%(agent)s has been on shift since %(start_at)s, but isn't connected to the hotline."
    ),
    SWAP_OFFERED: _("%(agent)s asks you to be on call from %(start_at)s."),
    PAGE_FAILED: _("%(service)s didn't accept the page about %(ticket)s."),
    ON_CALL_GAP: _("Nobody is on call from %(start_at)s until %(end_at)s."),
    ON_CALL_GAP_OF_LEVEL: _("Nobody is on call for %(level)s from %(start_at)s until %(end_at)s."),
    MAIL_OUTAGE: _(
        "No emails have been sent since %(since_at)s, because the mail server doesn't accept them."
        " They are waiting, and go out as soon as it does."
    ),
    MAIL_RECOVERED: _(
        "Emails are being sent again. They had been waiting from %(since_at)s until %(until_at)s."
    ),
    WEBHOOK_PAUSED: _(
        "The webhook %(webhook)s was paused, because %(host)s accepted nothing for three days."
        " Its events are waiting until you resume it."
    ),
    WEBHOOK_ENDED: _(
        "The webhook %(webhook)s has ended, because %(host)s responded that it's gone (410)."
    ),
    WEBHOOK_EXPIRED: _(
        "The webhook %(webhook)s has ended, because it was paused for too long. To use it again,"
        " resume it, and replay the events that are no longer waiting."
    ),
    WEBHOOK_INTERNAL: _("The webhook %(webhook)s now sends internal notes and events to %(host)s."),
    SWAP_DECIDED: _("%(agent)s responded to your on-call swap request for %(start_at)s."),
    "defect.stage": _('%(defect)s moved to "%(stage)s": %(title)s'),
    "defect.released": _("The fix for %(defect)s was released: %(title)s"),
    "defect.major": _("%(defect)s now has a significant impact on customers: %(title)s"),
    "defect.merged": _("%(actor)s merged %(defect)s with another defect: %(title)s"),
    "defect.note": _("%(actor)s added a note to %(defect)s: %(title)s"),
    "defect.published": _("%(actor)s changed the known issue for %(defect)s: %(title)s"),
    "defect.planned": _("%(actor)s changed the plan for %(defect)s: %(title)s"),
    "defect.owned": _("%(actor)s made you the owner of %(defect)s: %(title)s"),
    "defect.unowned": _("%(defect)s needs a new owner: %(title)s"),
    "defect.added": _("%(actor)s added you as a follower of %(defect)s: %(title)s"),
}


def describe_notification(notification: Notification) -> str:
    """Return the sentence of a notification in the active language."""
    event, ticket = notification.event, notification.ticket
    if event is None or ticket is None:
        return _describe_staff_notification(notification)
    sentence = SENTENCES.get(event.kind)
    if sentence is None:  # kinds of an earlier version
        return describe_event(event, ticket.desk)
    if notification.agent_id in event.data.get("mentions", ()):
        sentence = MENTIONED
    clock = event.data.get("clock", FIRST_RESPONSE)
    if clock != FIRST_RESPONSE:
        sentence = CLOCK_SENTENCES.get(event.kind, sentence)
    named = {"ticket": ticket.reference, "actor": event.actor_name}
    return str(sentence) % (named | {"clock": get_clock_name(clock)})


def _describe_staff_notification(notification: Notification) -> str:
    data = {
        name: describe_time(value) if name.endswith("_at") else value
        for name, value in (notification.data or {}).items()
    }
    if "stage" in data:
        data["stage"] = data.get("stage_name") or Stage(data["stage"]).label
    return str(STAFF_SENTENCES[notification.kind]) % data


def notify_staff(
    *, desk_id: int, agents: Iterable[int], kind: str, data: dict[str, str], key: str, at: datetime
) -> int:
    """Notify agents of something other than a ticket's event. Return how many were notified.

    kind: of STAFF_SENTENCES, whose values are ``data``. key: what it is about; an agent is told of
    it once, however often this runs.
    """
    topic = {agent: get_topic(kind, {}, agent) for agent in agents}
    new = [
        NewNotification(agent, topic[agent], at, kind=kind, data=data, key=key) for agent in topic
    ]
    return write_notifications(desk_id, new)


def notify(events: Sequence[TicketEvent]) -> None:
    """Write the notifications of events of one desk in one statement.

    Agents aren't notified of their own actions.
    """
    leads, watchers = _list_leads(events), _list_watchers(events)
    told = [
        (agent_id, event)
        for event in events
        for agent_id in sorted(_list_recipients(event, leads) | watchers(event))
        if event.actor_kind != ActorKind.AGENT or agent_id != event.actor_id
    ]
    notify_of_events(told)


def notify_of_events(told: Sequence[tuple[int, TicketEvent]]) -> None:
    """Write notifications of events of one desk: pairs of an agent's id and the event.

    An agent is notified of an event once, however often this runs.
    """
    new = [
        NewNotification(
            agent_id,
            get_topic(event.kind, event.data, agent_id),
            event.at,
            event_id=event.pk,
            ticket_id=event.ticket_id,
        )
        for agent_id, event in told
    ]
    if told:
        write_notifications(told[0][1].desk_id, new)


def _list_recipients(event: TicketEvent, leads: Collection[int]) -> set[int]:
    """Return the agents to notify: the new assignee, otherwise the current one.

    Of a ladder's step, the agents that the step is for; of a note, also those it mentions; of a
    reply that isn't sent, its author; of an answer of a third party, also those who wrote to them.
    """
    if event.kind == EventKind.LADDER_STEP:
        return set(event.data["to"])
    if event.kind in FOR_AUTHORS:
        return {event.data["author"]}
    if event.kind == EventKind.ASSIGNED:
        assignee_id = event.data["assignee"][1]
    else:
        assignee_id = event.ticket.assignee_id
    found = {assignee_id} if assignee_id else set()
    if event.kind == EventKind.NOTE_ADDED:
        found.update(event.data.get("mentions", ()))
    if event.kind == EventKind.SIDE_ANSWERED:
        found.update(list_writers(event.data["side"]))
    return found.union(leads) if event.kind in FOR_LEADS else found


def _list_watchers(events: Sequence[TicketEvent]) -> Callable[[TicketEvent], set[int]]:
    """Return who watches the ticket of an event, if watchers are notified of it."""
    ticket_ids = {event.ticket_id for event in events if event.kind in FOR_WATCHERS}
    found = list_watchers_of(ticket_ids) if ticket_ids else {}
    return lambda event: found.get(event.ticket_id, set()) if event.kind in FOR_WATCHERS else set()


def _list_leads(events: Sequence[TicketEvent]) -> Collection[int]:
    """Return the leads of the desk if leads are notified of this event."""
    if all(event.kind not in FOR_LEADS for event in events):
        return []
    leads = Agent.objects.filter(desk_id=events[0].desk_id, role=Role.LEAD, is_active=True)
    return list(leads.values_list("pk", flat=True))


# Others notify of these: routing of an unassigned ticket, and tickets/help_requests/notices.py.
ELSEWHERE = frozenset(
    {
        EventKind.LEFT_UNASSIGNED,
        EventKind.HELP_REQUESTED,
        EventKind.HELP_ENDED,
        EventKind.HELP_WITHDRAWN,
        EventKind.HELP_WARNED,
        EventKind.HELP_OVERDUE,
    }
)
LATER: Followers = {kind: Together(notify) for kind in SENTENCES if kind not in ELSEWHERE}


def list_visible_notifications(agent: Agent) -> QuerySet[Notification]:
    """Return an agent's notifications, none about a ticket that has been hidden from them since."""
    mine = Notification.objects.filter(agent=agent)
    visibility = TicketVisibility.for_agent(agent)
    if not visibility.is_restricted:
        return mine
    return mine.filter(Q(ticket__isnull=True) | visibility.as_q("ticket__"))


def list_unread_notifications(agent: Agent, *, limit: int) -> list[Notification]:
    """Return the newest unread notifications of an agent, with their tickets and events."""
    unread = list_visible_notifications(agent).filter(read_at__isnull=True)
    related = unread.select_related("ticket__desk", "event")
    return list(related.order_by("-id")[:limit])


def get_notification(agent: Agent, notification_id: int) -> Notification:
    """Return an agent's notification with its ticket, if it has one.

    Raises Notification.DoesNotExist for another agent's, or one of a hidden ticket.
    """
    return list_visible_notifications(agent).select_related("ticket").get(pk=notification_id)


def mark_read(*, notification: Notification, at: datetime) -> None:
    """Mark a notification as read, with all others of the agent about the same ticket."""
    if notification.ticket_id is not None:
        mark_ticket_read(agent=notification.agent, ticket_id=notification.ticket_id, at=at)
        return
    Notification.objects.filter(pk=notification.pk, read_at__isnull=True).update(read_at=at)


def mark_ticket_read(*, agent: Agent, ticket_id: int, at: datetime) -> int:
    """Mark an agent's notifications of a ticket as read; return how many there were."""
    unread = Notification.objects.filter(agent=agent, read_at__isnull=True)
    return unread.filter(ticket_id=ticket_id).update(read_at=at)


def mark_all_read(*, agent: Agent, at: datetime) -> int:
    """Mark all of an agent's notifications as read; return how many there were."""
    return Notification.objects.filter(agent=agent, read_at__isnull=True).update(read_at=at)


def list_old_notifications(at: datetime) -> QuerySet[Notification]:
    """Return read notifications that are older than their desk keeps them."""
    until = get_limit("notification_days", at)
    return Notification.objects.filter(read_at__isnull=False, read_at__lt=until)


def delete_old_notifications(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old notifications of the current desk. Return how many."""
    old = list_old_notifications(at).filter(desk_id=desk_id).order_by("read_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    _rows, deleted = Notification.objects.filter(pk__in=ids).delete()
    return deleted.get(Notification._meta.label, 0)  # not the emails that go with them
