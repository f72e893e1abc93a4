"""Reading of all that is due, in fair shares of the desks and in slices of about a second.

One task reads many emails: what follows from them (notifications, receipts) is done once for all of
a pass, and however many emails arrive, few tasks wait. Each email is claimed and processed alone,
so one that ends its worker takes no other with it.
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
PER_DESK = 10  # in one pass: how long the next email of another desk can wait
PER_PASS = 40


def read_slice() -> bool:
    """Process what is due for about a second. Return True if the time was too short for all."""
    until = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < until:
        if not _read_pass(until):
            return False
    return True


def _read_pass(until: float) -> int:
    """Process the oldest due emails of every desk and what follows from them. Return how many."""
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
    """Run the followers of all events in this process, and queue the rest: their emails, too."""
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
        # Of another class than reading: a slow mail server must not keep other email unread.
        send_task(SEND_TASK.on(Queue.BULK), desk_id=desk_id, mail_ids=ready)
