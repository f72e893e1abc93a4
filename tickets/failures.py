"""Failures of single rows: logged and stored on the row, while the sweep continues (fault 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from celery.exceptions import SoftTimeLimitExceeded

log = structlog.get_logger(__name__)

MAX_ERROR_CHARS = 2000


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
        keep(f"{type(error).__name__}: {error}".replace("\x00", "")[:MAX_ERROR_CHARS])
        if isinstance(error, SoftTimeLimitExceeded):
            raise
