"""The topic of each kind of notification, and what agents get by email unless they choose. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tickets.events import EventKind
from tickets.models import Notification, Topic

# By default, only these are also sent by email.
BY_EMAIL = frozenset({Topic.MENTION, Topic.ASSIGNMENT, Topic.EMERGENCY})
# These emails wait for nobody's shift.
URGENT = frozenset({Topic.EMERGENCY})

# Of these events, besides the assignee or instead.
FOR_AUTHORS = frozenset(  # of the reply
    {
        EventKind.REPLY_HELD,
        EventKind.REPLY_WITHDRAWN,
        EventKind.REPLY_APPROVED,
        EventKind.REPLY_RETURNED,
    }
)
FOR_LEADS = frozenset(
    {
        EventKind.SLA_BREACHED,
        EventKind.HANDOVER_UNCLAIMED,
        EventKind.EMERGENCY_REPORTED,
        EventKind.APPROVAL_ASKED,
    }
)
FOR_WATCHERS = frozenset(
    {EventKind.CUSTOMER_RESPONDED, EventKind.NOTE_ADDED, EventKind.SIDE_ANSWERED}
)

_OF_EVENTS: dict[str, Topic] = {
    EventKind.ASSIGNED: Topic.ASSIGNMENT,
    EventKind.HANDOVER_UNCLAIMED: Topic.ASSIGNMENT,
    EventKind.LEFT_UNASSIGNED: Topic.ASSIGNMENT,
    EventKind.EMERGENCY_REPORTED: Topic.EMERGENCY,
    EventKind.LADDER_STEP: Topic.EMERGENCY,
    EventKind.CUSTOMER_RESPONDED: Topic.REPLY,
    EventKind.MACHINE_RESPONDED: Topic.REPLY,
    EventKind.NOTE_ADDED: Topic.NOTE,
    EventKind.SIDE_ANSWERED: Topic.REPLY,
    EventKind.SLA_WARNED: Topic.DEADLINE,
    EventKind.SLA_BREACHED: Topic.DEADLINE,
    EventKind.REPLY_HELD: Topic.DELIVERY,
    EventKind.REPLY_WITHDRAWN: Topic.DELIVERY,
    EventKind.REPLY_APPROVED: Topic.DELIVERY,
    EventKind.REPLY_RETURNED: Topic.DELIVERY,
    EventKind.MAIL_FAILED: Topic.DELIVERY,
    EventKind.CHANNEL_FAILED: Topic.DELIVERY,
    EventKind.FIX_TO_CONFIRM: Topic.DEFECT,
}
_OF_STAFF: dict[str, Topic] = {
    "defect.owned": Topic.ASSIGNMENT,
    "defect.unowned": Topic.ASSIGNMENT,
    "escalation.lead": Topic.ASSIGNMENT,
    "page.failed": Topic.DELIVERY,
    "mail.outage": Topic.DELIVERY,
    "webhook.paused": Topic.DELIVERY,
    "webhook.ended": Topic.DELIVERY,
    "webhook.internal": Topic.DELIVERY,
    "mail.recovered": Topic.DELIVERY,
}


def get_topic(kind: str, data: Mapping[str, Any], agent_id: int) -> Topic:
    """Return the topic of an event for an agent, or of a notification without an event.

    kind: an EventKind, or of tickets.notifications.STAFF_SENTENCES. data: of the event.
    """
    if kind == EventKind.NOTE_ADDED and agent_id in data.get("mentions", ()):
        return Topic.MENTION
    found = _OF_EVENTS.get(kind) or _OF_STAFF.get(kind)
    return found or (Topic.DEFECT if kind.startswith("defect.") else Topic.TEAM)


def get_topic_of(notification: Notification) -> Topic:
    """Return the topic of a notification, which was read with its event."""
    event = notification.event
    if event is None:
        return get_topic(notification.kind, {}, notification.agent_id)
    return get_topic(event.kind, event.data, notification.agent_id)
