"""Texts of notifications on devices: the number and the kind, because others may see them.

A locked screen tells no names, no subject and no text. A tap opens the page, which asks for the
sign-in and the rights.
"""

from __future__ import annotations

import json

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Desk
from channels_intake.outgoing.composing import get_desk_url, get_notification_url
from tickets.models import Notification, Topic
from tickets.notifications import ABOUT_DEFECTS
from tickets.notify.topics import get_topic_of

TEXTS: dict[Topic, Promise] = {
    Topic.MENTION: _("You were mentioned in a note."),
    Topic.ASSIGNMENT: _("Assigned or handed over to you."),
    Topic.EMERGENCY: _("Emergency or escalation alert."),
    Topic.REPLY: _("New reply."),
    Topic.NOTE: _("New note."),
    Topic.DEADLINE: _("An SLA target is due soon or overdue."),
    Topic.DELIVERY: _("A message couldn't be delivered."),
    Topic.TEAM: _("A request or a shift needs your attention."),
    Topic.DEFECT: _("Update on a defect."),
}


def compose_push(desk: Desk, notification: Notification) -> bytes:
    """Return the message of a notification, in the active language."""
    title, body = describe_push(desk, notification)
    return _write(
        title=title,
        body=body,
        url=get_notification_url(desk, notification),
        tag=f"plumbline-{notification.pk}",
    )


def describe_push(desk: Desk, notification: Notification) -> tuple[str, str]:
    """Return the title and the text of a notification, in the active language."""
    return _get_title(desk, notification), str(TEXTS[get_topic_of(notification)])


def compose_summary(desk: Desk, count: int) -> bytes:
    """Return one message for several notifications, in the active language."""
    text = ngettext("%(count)s new notification", "%(count)s new notifications", count)
    return _write(
        title=desk.name,
        body=text % {"count": count},
        url=f"{get_desk_url(desk)}/agent/notifications/",
        tag="plumbline-summary",
    )


def compose_test(desk: Desk) -> bytes:
    """Return a message with which an agent tries a device, in the active language."""
    return _write(
        title=desk.name,
        body=gettext("This is a test notification."),
        url=f"{get_desk_url(desk)}/agent/notifications/settings/",
        tag="plumbline-test",
    )


def _get_title(desk: Desk, notification: Notification) -> str:
    if notification.ticket is not None:
        return notification.ticket.reference
    if notification.kind.startswith(ABOUT_DEFECTS):
        return str((notification.data or {}).get("defect") or desk.name)
    return desk.name


def _write(**shown: str) -> bytes:
    return json.dumps(shown, ensure_ascii=False).encode()
