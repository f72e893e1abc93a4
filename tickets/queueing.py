"""Queue tasks after the commit.

The database row is authoritative; the queue only speeds things up. A sweep picks up whatever the
queue loses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 60  # between two sweeps

TASK_NAMES: set[str] = set()
_is_off: ContextVar[bool] = ContextVar("queueing_is_off", default=False)


class TaskName(str):
    """The name of a task that some code queues. A system check resolves all of them.

    Make one as a constant of the module that queues the task.
    """

    __slots__ = ()

    def __new__(cls, name: str) -> TaskName:
        TASK_NAMES.add(name)
        return super().__new__(cls, name)


DELIVER = TaskName("tickets.tasks.deliver_events")


@contextmanager
def without_queueing() -> Iterator[None]:
    """Queue no tasks inside, including on commit, for bulk work that handles its own deliveries.

    The sweep finds rows that are still due afterwards.
    """
    token = _is_off.set(True)
    try:
        yield
    finally:
        _is_off.reset(token)


def send_task(task: TaskName, **kwargs: object) -> bool:
    """Queue a task. If the broker is unavailable, log that and leave the work to the sweep."""
    return _send(task, kwargs)


def send_from_sweep(task: TaskName, **kwargs: object) -> bool:
    """Queue a task for a row that a sweep found. Return False if the broker is unavailable.

    The task expires at the next sweep, which finds the row again if it is still due, so tasks never
    pile up.
    """
    return _send(task, kwargs, expires=SWEEP_SECONDS)


def _send(task: TaskName, kwargs: dict[str, object], *, expires: int | None = None) -> bool:
    if _is_off.get():
        return False
    try:
        current_app.send_task(task, kwargs=kwargs, expires=expires)
    except OperationalError as error:
        log.warning("broker_unavailable", task=task, error=str(error))
        return False
    return True


def send_after_commit(task: TaskName, **kwargs: object) -> None:
    """Queue a task once the running transaction has been committed; never if it is rolled back."""
    transaction.on_commit(lambda: send_task(task, **kwargs))


class _Bundle:
    """The events of one transaction, delivered by one task (P10)."""

    def __init__(self, desk_id: int, *, inline: bool) -> None:
        self.desk_id, self.inline = desk_id, inline
        self.event_ids: list[int] = []

    def __call__(self) -> None:
        if self.inline:
            current_app.tasks[DELIVER](desk_id=self.desk_id, event_ids=self.event_ids)
            return
        send_task(DELIVER, desk_id=self.desk_id, event_ids=self.event_ids)


def deliver_after_commit(desk_id: int, event_ids: list[int], *, inline: bool = False) -> None:
    """Deliver events of a desk after the commit: by a task, or inline in this process (P10).

    The bundle is looked up among the transaction's own hooks: a savepoint that is rolled back
    takes its hooks with it, so its events are never delivered.
    """
    savepoints = set(connection.savepoint_ids)
    for savepoint_ids, hook, *_ in connection.run_on_commit:
        if not isinstance(hook, _Bundle) or savepoint_ids != savepoints:
            continue
        if (hook.desk_id, hook.inline) == (desk_id, inline):
            hook.event_ids += event_ids
            return
    bundle = _Bundle(desk_id, inline=inline)
    bundle.event_ids += event_ids
    transaction.on_commit(bundle)
