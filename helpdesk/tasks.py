"""Tasks of the interfaces: delete what has expired, and tell open pages what changed."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from accounts.crm.history import delete_old_pulls, list_old_pulls
from accounts.models import Desk
from accounts.sweeps import visit_desks
from accounts.tenancy import in_desk
from accounts.tokens.applications import delete_expired_tokens
from channels_intake.models import Connection, ConnectionKind
from channels_intake.team_chat.standups import list_due_standups
from helpdesk.files.rounds import get_step, take_step
from helpdesk.holiday_warnings import warn_of_ending_holidays
from helpdesk.live.pubsub import publish_call, publish_held
from helpdesk.notify.chats import list_due_chats, queue_due_chats
from helpdesk.notify.digests import list_digests, send_due_digests
from helpdesk.notify.pushes import list_due_pushes, send_due_pushes
from helpdesk.notify.sending import list_due_emails, send_due_emails
from helpdesk.shared.hotline import report_disconnected
from helpdesk.shared.quarantine import count_quarantined
from helpdesk.team_chat.standups import post_due_standups
from sla.models import Calendar
from tickets.queueing import requeue
from tickets.sweeping import sweep_due


@shared_task
@in_desk
def publish_held_count(*, desk_id: int) -> None:
    """Tell the desk's open pages how many emails are quarantined."""
    publish_held(desk_id, count_quarantined(Desk.objects.get(pk=desk_id)))


@shared_task
@in_desk
def announce_call(*, desk_id: int, call_id: int, agent_id: int) -> None:
    """Show a call to the agent who takes it, on their open pages."""
    publish_call(desk_id, call_id=call_id, agent_id=agent_id)


@shared_task
def report_disconnected_agents() -> int:
    """Notify leads of agents on shift who aren't connected to the hotline (M55)."""
    now = timezone.now()
    hotlines = Connection.objects.filter(kind=ConnectionKind.HOTLINE, is_paused=False)
    return visit_desks("find desks with a hotline", hotlines, report_disconnected, at=now)


@shared_task
def delete_expired() -> int:
    """Delete expired sessions, tokens of applications, and rate limit counters.

    Return the number of counters.
    """
    call_command("clearsessions")
    delete_expired_tokens(at=timezone.now())
    table = sql.Identifier(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DELETE FROM {} WHERE expires < now()").format(table))
        return cursor.rowcount


@shared_task
def tidy_files(step: int | None = None, after: int = 0, missing: int = 0) -> None:
    """Compare some folders of each desk with its rows. In a day, all are done.

    after: the last desk that was done. missing: files that were missing there.
    """
    at = timezone.now()
    step = get_step(at) if step is None else step
    if left := take_step(step=step, after=after, missing=missing, at=at):
        requeue(step=step, after=left[0], missing=left[1])


@shared_task
def sweep_old_pulls() -> int:
    """Delete pulls of the CRM that are older than 90 days. accounts can't queue the rest itself."""
    return sweep_due("find old CRM pulls", list_old_pulls, delete_old_pulls)


@shared_task
def warn_admins_of_ending_holidays() -> int:
    """Email desk admins before the holidays of their calendars run out."""
    now = timezone.now()
    calendars = Calendar.objects.filter(is_always_open=False)
    return visit_desks("find calendars with holidays", calendars, warn_of_ending_holidays, at=now)


@shared_task
def email_notifications() -> int:
    """Email the notifications that are due to their agents. Return how many were handled."""
    return sweep_due("find emails of notifications", list_due_emails, send_due_emails, by="due_at")


@shared_task
def push_notifications() -> int:
    """Send the notifications that are due on devices. Return how many were handled."""
    return sweep_due(
        "find notifications for devices", list_due_pushes, send_due_pushes, by="due_at"
    )


@shared_task
@in_desk
def push_notifications_of_desk(*, desk_id: int) -> int:
    """Send those of a desk right after they were written. The sweep gets to the rest."""
    return send_due_pushes(desk_id=desk_id, at=timezone.now())


@shared_task
def chat_notifications() -> int:
    """Hand over the notifications that are due in team chat. Return how many were handled."""
    return sweep_due(
        "find notifications for team chat", list_due_chats, queue_due_chats, by="due_at"
    )


@shared_task
@in_desk
def chat_notifications_of_desk(*, desk_id: int) -> int:
    """Hand over those of a desk right after they were written. The sweep gets to the rest."""
    return queue_due_chats(desk_id=desk_id, at=timezone.now())


@shared_task
def email_digests() -> int:
    """Email the daily summaries of unread notifications. Return how many."""
    now = timezone.now()
    return visit_desks("find daily summaries", list_digests(), send_due_digests, at=now)


@shared_task
def post_standups() -> int:
    """Post the standup messages that are due to team chats. Return how many."""
    return sweep_due("find standups to post", list_due_standups, post_due_standups, by="next_at")
