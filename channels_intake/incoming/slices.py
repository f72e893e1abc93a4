"""Processing of due email in slices of about a second, with fair shares for all desks.

One task processes many emails. The follow-up (notifications, receipts) is done once per pass, and
few tasks are queued however many emails arrive. Each email is claimed and processed alone, so one
that kills its worker affects no other.
"""

from __future__ import annotations

import time

from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.reading import list_due, process_inbound
from channels_intake.outgoing.holding import SEND_TASK, deliver_many
from tickets.queueing import (
    DELIVER,
    Collected,
    Queue,
    collecting_tasks,
    merge_tasks,
    send_task,
)

SLICE_SECONDS = 1.0
PER_DESK = 10  # per pass, so that the email of other desks doesn't wait long
PER_PASS = 40


def read_slice() -> bool:
    """Process due email for about a second. Return True if some is left."""
    until = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < until:
        if not _read_pass(until):
            return False
    return True


def _read_pass(until: float) -> int:
    """Process the oldest due emails of every desk and their follow-up. Return how many."""
    done, tasks = 0, []
    try:
        with system_scope("read stored messages of all desks"), collecting_tasks() as tasks:
            for inbound_id in list_due(timezone.now(), PER_PASS, per_desk=PER_DESK):
                done += process_inbound(inbound_id=inbound_id, at=timezone.now())
                if time.monotonic() >= until:
                    break
    except Exception:
        _queue(tasks)  # no time is left, or no database
        raise
    _follow_up(tasks)
    return done


def _follow_up(tasks: Collected) -> None:
    """Run the followers of all events in this process. Queue other tasks, such as sending email."""
    for task, kwargs in merge_tasks(tasks):
        if task == DELIVER:
            _deliver(**kwargs)
        else:
            _queue([(task, kwargs)])


def _queue(tasks: Collected) -> None:
    for task, kwargs in merge_tasks(tasks):
        send_task(task.on(Queue.INBOUND), **kwargs)


def _deliver(*, desk_id: int, event_ids: list[int]) -> None:
    with desk_scope(desk_id):
        ready = deliver_many(desk_id=desk_id, event_ids=event_ids, at=timezone.now())
    if ready:
        # In another class than processing: a slow mail server must not delay incoming email.
        send_task(SEND_TASK.on(Queue.BULK), desk_id=desk_id, mail_ids=ready)
