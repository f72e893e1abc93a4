"""Tasks: they take IDs, enter the desk, call one service, and are safe to run twice.

An inbound email needs at most three: process it, run the followers, send the receipt.
"""

from __future__ import annotations

import time
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import sweep_desks
from accounts.tenancy import in_desk
from channels_intake.incoming.missing_files import list_lacking_files, restore_files
from channels_intake.incoming.reading import list_due, process_inbound
from channels_intake.incoming.store import READ
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.sending import send_due, send_mails
from tickets.queueing import Queue, TaskName, send_from_sweep

MAX_SWEEP_SECONDS = 50  # the next sweep continues
MAX_QUEUED = 1000  # by one sweep; more than a worker reads until the next
RESTORE = TaskName("channels_intake.tasks.restore_missing_files", queue=Queue.BULK)


@shared_task
def read_inbound(*, inbound_id: int) -> None:
    """Process one stored message."""
    process_inbound(inbound_id=inbound_id, at=timezone.now())


@shared_task
def restore_missing_files(*, inbound_id: int) -> None:
    """Store the files of one message that couldn't be stored."""
    restore_files(inbound_id, at=timezone.now())


@shared_task
def sweep_unread() -> int:
    """Queue a task for each message whose task was lost, died or failed. Return how many.

    Also for those with files that couldn't be stored. Each has a task of its own: one that takes
    too long or kills its worker holds up no other.
    """
    now = timezone.now()
    found = [(READ, pk) for pk in list_due(now, MAX_QUEUED)]
    found += [(RESTORE, pk) for pk in list_lacking_files(now)]
    queued = 0
    for task, inbound_id in found:
        if not send_from_sweep(task, inbound_id=inbound_id):
            break
        queued += 1
    return queued


@shared_task
@in_desk
def send_outgoing(*, desk_id: int, mail_ids: list[int]) -> int:
    """Send emails that were just composed."""
    return send_mails(mail_ids, at=timezone.now())


@shared_task
def sweep_unsent() -> int:
    """Send emails that are due: rejected before, or never tried."""
    now, until = timezone.now(), time.monotonic() + MAX_SWEEP_SECONDS
    due = OutgoingEmail.objects.filter(state=MailState.QUEUED, next_try_at__lte=now)

    def send(*, desk_id: int, at: datetime) -> int:
        # Each batch has its own time: with a slow server the sweep may have started long ago.
        return send_due(desk_id=desk_id, at=timezone.now()) if time.monotonic() < until else 0

    return sweep_desks("find mail to send", due, send, at=now)
