"""The email of an agent's notifications, in their language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from accounts.places.languages import use_recipient_locale
from channels_intake.mailboxes import format_desk_sender
from channels_intake.outgoing.composing import get_desk_url, get_notification_url
from channels_intake.outgoing.rendering import build_automatic_email
from tickets.models import Notification
from tickets.notifications import describe_notification
from tickets.notify.devices import lacks_device

MAX_LINES = 20
MAX_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notification in an email."""

    text: str
    url: str


def send_notifications(
    agent: Agent, found: Sequence[Notification], *, is_digest: bool = False
) -> None:
    """Email notifications to an agent. is_digest: as the daily summary of what is unread."""
    desk = agent.desk
    with use_recipient_locale(desk=desk, user=agent.user):
        lines = [
            NoticeLine(describe_notification(one), get_notification_url(desk, one)) for one in found
        ]
        subject = _get_subject(lines, is_digest=is_digest)
        context = {
            "agent": agent,
            "desk": desk,
            "intro": _get_intro(lines, is_digest=is_digest),
            "lines": lines[:MAX_LINES],
            "more": _count_more(lines),
            "lacks_device": lacks_device(agent),
            "inbox_url": f"{get_desk_url(desk)}/agent/notifications/",
            "settings_url": f"{get_desk_url(desk)}/agent/notifications/settings/",
        }
        message = build_automatic_email(
            "emails/notifications",
            context,
            desk=desk,
            subject=" ".join(subject.split())[:MAX_SUBJECT],
            from_email=format_desk_sender(desk),
            to=agent.user.email,
        )
    message.send()


def _get_subject(lines: Sequence[NoticeLine], *, is_digest: bool) -> str:
    count = len(lines)
    if is_digest:
        said = ngettext(
            "Your daily summary: %(count)s unread notification",
            "Your daily summary: %(count)s unread notifications",
            count,
        )
        return said % {"count": count}
    if count == 1:
        return lines[0].text
    return ngettext("%(count)s new notification", "%(count)s new notifications", count) % {
        "count": count
    }


def _get_intro(lines: Sequence[NoticeLine], *, is_digest: bool) -> str:
    if is_digest:
        return _("You haven't read these notifications yet.")
    return "" if len(lines) == 1 else _("Here's what happened since the last email.")


def _count_more(lines: Sequence[NoticeLine]) -> str:
    left = len(lines) - MAX_LINES
    if left <= 0:
        return ""
    return ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left}
