"""Tasks: they take IDs, enter the desk, call one service, and are safe to run twice.

An inbound email needs at most two: one processes it with all others that are due and runs the
followers, and one sends the receipts.
"""

from __future__ import annotations

import time
from datetime import datetime

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db.models import QuerySet
from django.utils import timezone

from accounts.sweeps import list_desks_with_work
from accounts.tenancy import in_desk
from channels_intake.calls.history import delete_old_calls, list_old_calls
from channels_intake.calls.queueing import SEND, SEND_URGENT
from channels_intake.calls.sending import list_due_calls, send_due_calls
from channels_intake.code_hosts.history import delete_old_events, list_old_events
from channels_intake.code_hosts.processing import list_due_events, process_due_events
from channels_intake.code_hosts.releases import CHECK, check_due_releases, list_due_releases
from channels_intake.code_hosts.storing import PROCESS
from channels_intake.connections.health import list_untold_problems, tell_of_problems
from channels_intake.connections.incoming.polling import (
    POLL_BY_CLASS,
    list_due_polls,
    poll_connection,
)
from channels_intake.connections.incoming.processing import (
    list_due_events as list_due_channel_events,
)
from channels_intake.connections.incoming.processing import (
    process_due_events as process_due_of_channel,
)
from channels_intake.connections.incoming.storing import PROCESS_BY_CLASS
from channels_intake.connections.retention import (
    delete_old_channel_events,
    list_old_channel_events,
)
from channels_intake.connections.sweeping import list_connections_with_work
from channels_intake.incoming.missing_files import list_lacking_files, restore_files
from channels_intake.incoming.reading import list_due
from channels_intake.incoming.slices import read_slice
from channels_intake.incoming.sources import delete_old_sources, list_old_sources
from channels_intake.incoming.store import READ
from channels_intake.models import AWAITED, UnsentMail
from channels_intake.outgoing.outages import list_untold_outages, tell_of_outages
from channels_intake.outgoing.sending import send_due, send_mails
from channels_intake.paging.receiving import PROCESS as PROCESS_PAGES
from channels_intake.paging.receiving import (
    delete_old_page_events,
    list_due_page_events,
    list_old_page_events,
    process_due_page_events,
)
from channels_intake.team_chat.people import look_up_person
from tickets.queueing import Queue, TaskName, queue_once, requeue
from tickets.sweeping import sweep_due

MAX_SWEEP_SECONDS = 50  # the next sweep continues
RESTORE = TaskName("channels_intake.tasks.restore_missing_files", queue=Queue.BULK)


@shared_task
def read_inbound() -> None:
    """Process stored messages for about a second, and queue another task for the rest.

    It is queued even if a message takes too long. After any other failure, the next sweep is soon
    enough, because the failure may recur.
    """
    try:
        is_more = read_slice()
    except SoftTimeLimitExceeded:
        queue_once(READ)
        raise
    if is_more:
        queue_once(READ)


@shared_task
def restore_missing_files(*, inbound_id: int) -> None:
    """Store the files of one message that couldn't be stored."""
    restore_files(inbound_id, at=timezone.now())


@shared_task
def sweep_unread() -> int:
    """Queue the processing of messages whose task was lost or failed, and of files not stored.

    Return how many tasks were queued. Each message with files to restore has its own task, so one
    that takes too long or kills its worker delays no other.
    """
    now = timezone.now()
    queued = int(bool(list_due(now, 1)) and queue_once(READ))
    for inbound_id in list_lacking_files(now):
        if not queue_once(RESTORE, inbound_id=inbound_id):
            break
        queued += 1
    return queued


@shared_task
def sweep_old_sources() -> int:
    """Delete raw sources of email that are older than their desk keeps them, in small batches."""
    return sweep_due(
        "find old sources of email", list_old_sources, delete_old_sources, by="received_at"
    )


@shared_task
@in_desk
def send_outgoing(*, desk_id: int, mail_ids: list[int]) -> int:
    """Send emails that were just composed."""
    return send_mails(mail_ids, at=timezone.now())


@shared_task
def sweep_unsent() -> int:
    """Send due replies: those that failed before, and those never tried."""
    return _send_due(UnsentMail.objects.filter(urgency=AWAITED), awaited=True)


@shared_task
def sweep_automatic_mail() -> int:
    """Send due receipts, reminders and other automatic email, like sweep_unsent."""
    return _send_due(UnsentMail.objects.filter(urgency__gt=AWAITED), awaited=False)


def _send_due(unsent: QuerySet[UnsentMail], *, awaited: bool) -> int:
    until = time.monotonic() + MAX_SWEEP_SECONDS

    def send(*, desk_id: int, at: datetime) -> int:
        # Each batch has its own time: with a slow server the sweep may have started long ago.
        if time.monotonic() >= until:
            return 0
        return send_due(desk_id=desk_id, at=timezone.now(), awaited=awaited)

    return sweep_due(
        "find mail to send", lambda now: unsent.filter(next_try_at__lte=now), send, by="next_try_at"
    )


@shared_task
@in_desk
def send_calls(*, desk_id: int) -> None:
    """Send due calls of a desk to other systems."""
    _send_calls(desk_id, is_urgent=False)


@shared_task
@in_desk
def send_urgent_calls(*, desk_id: int) -> None:
    """Send due calls that someone is waiting for, such as pages."""
    _send_calls(desk_id, is_urgent=True)


def _send_calls(desk_id: int, *, is_urgent: bool) -> None:
    if send_due_calls(desk_id=desk_id, at=timezone.now(), is_urgent=is_urgent):
        requeue(desk_id=desk_id)


@shared_task
def sweep_calls() -> int:
    """Queue the sending of due calls, a task for each desk. Return how many desks have some."""
    return _queue_due_calls(is_urgent=False)


@shared_task
def sweep_urgent_calls() -> int:
    """Queue the sending of due urgent calls, like sweep_calls."""
    return _queue_due_calls(is_urgent=True)


def _queue_due_calls(*, is_urgent: bool) -> int:
    due = list_due_calls(timezone.now(), is_urgent=is_urgent)
    return _queue_for_desks("find calls to send", due, SEND_URGENT if is_urgent else SEND)


def _queue_for_desks(reason: str, due: QuerySet, task: TaskName) -> int:
    """Queue a task for each desk that has rows in ``due``. Return how many desks have some."""
    desk_ids = list_desks_with_work(reason, due, by="next_try_at")
    for desk_id in desk_ids:
        queue_once(task, desk_id=desk_id)
    return len(desk_ids)


@shared_task
def sweep_old_calls() -> int:
    """Delete finished calls that are older than 90 days, in small batches."""
    return sweep_due("find old calls", list_old_calls, delete_old_calls)


@shared_task
@in_desk
def look_up_chat_user(*, desk_id: int, connection_id: int, user_id: str) -> None:
    """Find out whether a chat user who wrote a command is an agent."""
    look_up_person(connection_id=connection_id, user_id=user_id, at=timezone.now())


@shared_task
@in_desk
def process_code_events(*, desk_id: int) -> int:
    """Process due events of a desk's code hosts, and queue another task for the rest."""
    done = process_due_events(desk_id=desk_id, at=timezone.now())
    if done:
        requeue(desk_id=desk_id)
    return done


@shared_task
@in_desk
def check_code_releases(*, desk_id: int) -> int:
    """Find the fixes in due releases of a desk's repositories."""
    return check_due_releases(desk_id=desk_id, at=timezone.now())


@shared_task
def sweep_code_events() -> int:
    """Queue the processing of due events, a task for each desk. Return how many desks have some."""
    return _queue_for_desks("find events of code hosts", list_due_events(timezone.now()), PROCESS)


@shared_task
def sweep_code_releases() -> int:
    """Queue the comparison of due releases, like sweep_code_events."""
    return _queue_for_desks("find releases to compare", list_due_releases(timezone.now()), CHECK)


@shared_task
def sweep_old_code_events() -> int:
    """Delete events of code hosts that are older than 90 days, in small batches."""
    return sweep_due("find old code events", list_old_events, delete_old_events)


@shared_task
@in_desk
def process_page_events(*, desk_id: int) -> int:
    """Process due events of a desk's paging services, and queue another task for the rest."""
    done = process_due_page_events(desk_id=desk_id, at=timezone.now())
    if done:
        requeue(desk_id=desk_id)
    return done


@shared_task
def sweep_page_events() -> int:
    """Queue the processing of due events, a task for each desk. Return how many desks have some."""
    due = list_due_page_events(timezone.now())
    return _queue_for_desks("find events of paging services", due, PROCESS_PAGES)


@shared_task
def sweep_old_page_events() -> int:
    """Delete events of paging services that are older than 90 days, in small batches."""
    return sweep_due("find old page events", list_old_page_events, delete_old_page_events)


@shared_task
@in_desk
def process_channel_events(*, desk_id: int, connection_id: int) -> int:
    """Process due events of a connection, and queue another task for the rest."""
    done = process_due_of_channel(connection_id=connection_id, at=timezone.now())
    # Also for what came while another task saw this one at work, and ended.
    if done and list_due_channel_events(timezone.now()).filter(connection=connection_id).exists():
        requeue(desk_id=desk_id, connection_id=connection_id)
    return done


@shared_task
def sweep_channel_events() -> int:
    """Queue the processing of due events, a task for each connection. Return how many have some."""
    return list_connections_with_work(
        "find events of channels",
        list_due_channel_events(timezone.now()),
        PROCESS_BY_CLASS,
        by="next_try_at",
    )


@shared_task
@in_desk
def poll_channel(*, desk_id: int, connection_id: int) -> None:
    """Ask a channel's vendor for news, and again at once while it has more."""
    if poll_connection(connection_id, at=timezone.now()):
        requeue(desk_id=desk_id, connection_id=connection_id)


@shared_task
def poll_channels() -> int:
    """Queue the polls that are due, a task for each connection. Return how many."""
    return list_connections_with_work(
        "find channels to poll",
        list_due_polls(timezone.now()),
        POLL_BY_CLASS,
        by="next_poll_at",
        connection="id",
    )


@shared_task
def tell_of_channel_problems() -> int:
    """Email admins about channels that haven't worked for some time, once for each problem."""
    return sweep_due(
        "find problems of channels", list_untold_problems, tell_of_problems, by="problem_since"
    )


@shared_task
def tell_of_mail_outages() -> int:
    """Notify admins of outages of the mail server that have lasted, and of their ends."""
    return sweep_due(
        "find outages of the mail server", list_untold_outages, tell_of_outages, by="began_at"
    )


@shared_task
def sweep_old_channel_events() -> int:
    """Delete events of channels that are older than 90 days, in small batches."""
    return sweep_due(
        "find old events of channels", list_old_channel_events, delete_old_channel_events
    )
