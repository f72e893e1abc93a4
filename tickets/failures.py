"""One row's failure stops no other: it is logged and kept with the row, and the sweep goes on (fault 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from celery.exceptions import SoftTimeLimitExceeded

log = structlog.get_logger(__name__)

MOST_WORDS = 2000  # characters


@contextmanager
def capture_failure(
    keep: Callable[[str], object], *, event: str, **facts: object
) -> Iterator[None]:
    """Do the work of one row: what it raises is logged with its trace as ``event``, and told to ``keep`` in words.

    The one place that catches whatever comes. The end of the task's own time is kept, and raised again: then the
    others have none left either.
    """
    try:
        yield
    except Exception as error:
        log.exception(event, **facts)
        keep(f"{type(error).__name__}: {error}".replace("\x00", "")[:MOST_WORDS])
        if isinstance(error, SoftTimeLimitExceeded):
            raise
