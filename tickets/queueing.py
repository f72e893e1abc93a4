"""Queue tasks after the commit, each in the queue of its class of work.

The database row is authoritative; the queue only speeds things up. A sweep picks up whatever the
queue loses.

A task that takes IDs is queued once per row (``send_task``). A task that finds its rows itself is
queued by ``queue_once``, which does nothing if the same task is already waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import uuid4

import redis
import structlog
from celery import Task, current_app, current_task
from celery.signals import task_prerun
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# How long the flag of a lost task blocks the next one: as long as the broker waits before it
# redelivers a dead worker's task. A worker that starts clears the flags of its queues.
PENDING_SECONDS = 300
# The same for clocks, whose jobs must notice a breach within a minute of it. A job that waits for
# longer is queued once more, which is harmless.
CLOCK_PENDING_SECONDS = 30
HANDOVER_SECONDS = 10  # the same until its task is queued, because the process may be killed before
PENDING = "plumbline-pending"  # the header that names the flag of a task queued once
TURN = "plumbline-turn"  # the header of a desk's task: the set of waiting tasks, and its own entry
MAX_TURNS = 3  # waiting tasks per desk and kind; further work is done in slices

TASK_NAMES: set[str] = set()
_is_off: ContextVar[bool] = ContextVar("queueing_is_off", default=False)
Collected = list[tuple["TaskName", dict[str, Any]]]
_collected: ContextVar[Collected | None] = ContextVar("collected_tasks", default=None)


class Queue(StrEnum):
    """The classes of work. No class waits for another one, however long its queue is."""

    CLOCKS = "clocks"  # has a deadline: warnings, breaches, reminders, closings, shifts
    INTERACTIVE = "interactive"  # someone is waiting: replies, notifications
    INBOUND = "inbound"  # incoming messages
    BULK = "bulk"  # nobody is waiting: re-planning, search, previews, CRM, cleanup
    WEBHOOKS = "webhooks"  # requests to receivers of events, which may be slow


class TaskName(str):
    """The name of a task to queue, and the class of its work.

    Define it as a constant in the module that queues the task; a system check resolves all of them.
    A task can have several names, one for each class it does work for.
    """

    queue: Queue

    def __new__(cls, name: str, *, queue: Queue) -> TaskName:
        TASK_NAMES.add(name)
        task = super().__new__(cls, name)
        task.queue = queue
        return task

    def on(self, queue: Queue) -> TaskName:
        """Return the name of the same task in another class."""
        return TaskName(str(self), queue=queue)


DELIVER = TaskName("tickets.tasks.deliver_events", queue=Queue.INTERACTIVE)
DELIVER_ALL = TaskName("tickets.tasks.deliver_all_of_desk", queue=Queue.INTERACTIVE)


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


def is_queueing_off() -> bool:
    """Return True inside ``without_queueing``."""
    return _is_off.get()


@contextmanager
def collecting_tasks() -> Iterator[Collected]:
    """Collect tasks instead of queueing them inside, except those of ``queue_once``.

    For a task that processes a batch and then runs the follow-up tasks itself. Sweeps pick up
    whatever it doesn't get to, like everything that the queue loses.
    """
    collected: Collected = []
    token = _collected.set(collected)
    try:
        yield collected
    finally:
        _collected.reset(token)


def merge_tasks(tasks: Collected) -> Collected:
    """Merge tasks that differ only in their list arguments, such as the events of a desk."""
    merged: dict[tuple[object, ...], tuple[TaskName, dict[str, Any]]] = {}
    for task, kwargs in tasks:
        lists = {name: value for name, value in kwargs.items() if isinstance(value, list)}
        rest = {name: value for name, value in kwargs.items() if name not in lists}
        key = (task, task.queue, *sorted(rest.items()))
        _, known = merged.setdefault(key, (task, rest))
        for name, value in lists.items():
            known[name] = [*known.get(name, []), *value]
    return list(merged.values())


def send_task(task: TaskName, **kwargs: object) -> bool:
    """Queue a task. If the broker is unavailable, log that and leave the work to the sweep."""
    collected = _collected.get()
    if collected is None or _is_off.get():
        return _send(task, kwargs)
    collected.append((task, kwargs))
    return True


def send_in_turn(task: TaskName, rest: TaskName, *, desk_id: int, **kwargs: object) -> bool:
    """Queue a task of a desk, or ``rest`` if several of the desk's are already waiting.

    rest: a task that does all such work of the desk in slices. So the queue holds few tasks of each
    desk, and a flood at one desk doesn't delay the others.
    """
    given = {"desk_id": desk_id, **kwargs}
    if _is_off.get() or _collected.get() is not None:
        return send_task(task, **given)
    waiting, own = f"{_get_flag_prefix(task.queue)}{task} of {desk_id}", uuid4().hex
    try:
        if _take_turn(waiting, own) <= MAX_TURNS:
            return _send(task, given, headers={TURN: [waiting, own]})
        get_client().srem(waiting, own)
    except redis.RedisError as error:
        log.warning("broker_unavailable", task=task, error=str(error))
        return False
    return queue_once(rest.on(task.queue), desk_id=desk_id)


def _take_turn(waiting: str, own: str) -> int:
    """Add a task to the waiting ones. Return their number."""
    with get_client().pipeline(transaction=False) as pipeline:
        pipeline.sadd(waiting, own)
        pipeline.scard(waiting)
        pipeline.expire(waiting, PENDING_SECONDS, nx=True)  # lost tasks are forgotten
        return int(pipeline.execute()[1])


def _send(task: TaskName, kwargs: dict[str, object], **options: Any) -> bool:
    if _is_off.get():
        return False
    try:
        current_app.send_task(task, kwargs=kwargs, queue=task.queue.value, **options)
    except OperationalError as error:
        log.warning("broker_unavailable", task=task, error=str(error))
        return False
    return True


def send_after_commit(task: TaskName, **kwargs: object) -> None:
    """Queue a task once the running transaction has been committed; never if it is rolled back."""
    transaction.on_commit(lambda: send_task(task, **kwargs))


def send_after_commit_and_delay(task: TaskName, *, seconds: float, **kwargs: object) -> None:
    """Queue a task once the running transaction has been committed, to run after some seconds.

    A worker keeps it in memory until then, so this is for less than the broker's redelivery time.
    """
    transaction.on_commit(lambda: _send(task, kwargs, countdown=seconds) and None)


def queue_once(task: TaskName, **kwargs: object) -> bool:
    """Queue a task that finds its own work, unless the same task is already waiting.

    "The same" means the same name and arguments. A task that is already running doesn't count,
    because it may have missed this work. Return False if the broker is unavailable.
    """
    if _is_off.get():
        return False
    flag = _get_flag(task, kwargs)
    try:
        if not _set_pending(flag):
            return True
        if _send(task, kwargs, headers={PENDING: flag}):
            # Does nothing if the task has started.
            get_client().expire(flag, _get_pending_seconds(task.queue))
            return True
        get_client().delete(flag)
    except redis.RedisError as error:
        log.warning("broker_unavailable", task=task, error=str(error))
    return False


def _get_pending_seconds(queue: Queue) -> int:
    return CLOCK_PENDING_SECONDS if queue == Queue.CLOCKS else PENDING_SECONDS


def _set_pending(flag: str) -> bool:
    """Note that a task is waiting. Return False if one already is."""
    return bool(get_client().set(flag, 1, nx=True, ex=HANDOVER_SECONDS))


def requeue(**kwargs: object) -> bool:
    """Queue the running task again, because its time is up and work is left."""
    if not current_task:
        return False
    return queue_once(TaskName(current_task.name, queue=get_own_queue() or Queue.BULK), **kwargs)


def queue_once_after_commit(task: TaskName, **kwargs: object) -> None:
    """Queue a task once when the running transaction is committed, however often this is called."""
    hook = _QueueOnce(task, kwargs)
    if all(known != hook for _, known, *_ in connection.run_on_commit):
        transaction.on_commit(hook)


@dataclass(frozen=True)
class _QueueOnce:
    """An on-commit hook, comparable with the others of the same transaction."""

    task: TaskName
    kwargs: dict[str, object]

    def __call__(self) -> None:
        queue_once(self.task, **self.kwargs)


def clear_pending(queues: Iterable[Queue]) -> None:
    """Allow all tasks of these queues to be queued again: waiting ones may have been lost."""
    for queue in queues:
        flags = list(get_client().scan_iter(_get_flag_prefix(queue) + "*", count=1000))
        if flags:
            get_client().delete(*flags)


def _get_flag_prefix(queue: Queue) -> str:
    return f"{PENDING}:{queue}:"


def _get_flag(task: TaskName, kwargs: dict[str, object]) -> str:
    given = ",".join(f"{name}={value}" for name, value in sorted(kwargs.items()))
    return f"{_get_flag_prefix(task.queue)}{task}:{given}"


@task_prerun.connect(dispatch_uid="plumbline.pending")
def _clear_own_flag(*, task: Task, **kwargs: object) -> None:
    """Allow the task to be queued again from now on: it may miss what is committed later."""
    flag, turn = getattr(task.request, PENDING, None), getattr(task.request, TURN, None)
    try:
        if flag:
            get_client().delete(flag)
        if turn:
            get_client().srem(*turn)
    except redis.RedisError as error:
        log.warning("broker_unavailable", task=task.name, error=str(error))


@cache
def get_client() -> redis.Redis:
    """Return this process's client of Valkey."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def get_own_queue() -> Queue | None:
    """Return the class of the running task, or None outside of a worker."""
    if not current_task:
        return None
    place = (current_task.request.delivery_info or {}).get("routing_key")
    return Queue(place) if place in set(Queue) else None
