"""Failures of single rows: logged and stored on the row, while the sweep continues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import structlog
from celery import current_app, current_task
from celery.exceptions import SoftTimeLimitExceeded

log = structlog.get_logger(__name__)

MAX_ERROR_CHARS = 2000
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60)]  # before the next attempts, if not others


def get_pause(attempts: int, pauses: Sequence[timedelta] = PAUSES) -> timedelta:
    """Return the pause after that many failed attempts, 1 or more. The last one repeats."""
    return pauses[min(attempts, len(pauses)) - 1]


@contextmanager
def capture_failure(
    keep: Callable[[str], object], *, event: str, **facts: object
) -> Iterator[None]:
    """Do the work of one row; log an exception with its traceback, and pass its text to ``keep``.

    event: the name in the log. The one place that catches every exception. The end of the task's
    own time (SoftTimeLimitExceeded) is kept and raised again: no time is left for other rows.
    """
    try:
        yield
    except Exception as error:
        log.exception(event, **facts)
        time_limit = find_time_limit(error)
        keep(_describe(error) if time_limit is None else describe_time_limit())
        if time_limit is not None:
            raise time_limit from error


def leave_to_log(error: str) -> None:
    """Keep nothing: pass it to ``capture_failure`` where the log alone tells of a failure."""


def find_time_limit(error: BaseException) -> SoftTimeLimitExceeded | None:
    """Return the time limit behind an error, or None.

    It can be raised between any two instructions, and the cleanup may then fail, too, so the error
    that arrives may not be the one that explains the failure.
    """
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, SoftTimeLimitExceeded):
            return cause
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return None


def describe_time_limit() -> str:
    """Return the sentence for a row that took longer than its task may."""
    own = current_task.soft_time_limit if current_task else None
    seconds = own or current_app.conf.task_soft_time_limit
    return f"It took longer than {seconds} seconds and was stopped."


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:MAX_ERROR_CHARS]
