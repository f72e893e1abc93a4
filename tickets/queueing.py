"""Handing work to the task queue after the commit. The queue is only a bell: the row is the truth, and a sweep
finds whatever the bell did not ring for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

DELIVER = "tickets.tasks.deliver_events"
_is_quiet: ContextVar[bool] = ContextVar("bell_is_quiet", default=False)
_in_place: ContextVar[bool] = ContextVar("deliver_inline", default=False)


@contextmanager
def without_queueing() -> Iterator[None]:
    """Hand no tasks to the queue inside, on commit included: for bulk work that settles its own deliveries.

    Rows that are still due afterwards are found by the sweep.
    """
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def send_task(name: str, **kwargs: object) -> None:
    """Send a task by name; with the broker away, say so in the log and leave it to the sweep."""
    if _is_quiet.get():
        return
    try:
        current_app.send_task(name, kwargs=kwargs)
    except OperationalError as error:
        log.warning("broker_away", task=name, error=str(error))


def send_after_commit(name: str, **kwargs: object) -> None:
    """Send a task once the running transaction has been committed; never if it is rolled back."""
    transaction.on_commit(lambda: send_task(name, **kwargs))


@contextmanager
def deliver_inline() -> Iterator[None]:
    """Tell the followers of what is committed in here at once, in this process: for code that runs in a task
    already and would else ring for another one (performance.md, P10)."""
    token = _in_place.set(True)
    try:
        yield
    finally:
        _in_place.reset(token)


class _Bundle:
    """The events of one transaction, delivered by one task (performance.md, P10)."""

    def __init__(self, desk_id: int) -> None:
        self.desk_id = desk_id
        self.event_ids: list[int] = []

    def __call__(self) -> None:
        if _in_place.get():
            current_app.tasks[DELIVER](desk_id=self.desk_id, event_ids=self.event_ids)
            return
        send_task(DELIVER, desk_id=self.desk_id, event_ids=self.event_ids)


def deliver_after_commit(desk_id: int, event_ids: list[int]) -> None:
    """Deliver events of a desk after the commit.

    The bundle is looked up among the transaction's own hooks: a savepoint that is rolled back takes its hooks
    with it, so an event that never was is never handed out.
    """
    savepoints = set(connection.savepoint_ids)
    for savepoint_ids, hook, *_ in connection.run_on_commit:
        if isinstance(hook, _Bundle) and hook.desk_id == desk_id and savepoint_ids == savepoints:
            hook.event_ids += event_ids
            return
    bundle = _Bundle(desk_id)
    bundle.event_ids += event_ids
    transaction.on_commit(bundle)
