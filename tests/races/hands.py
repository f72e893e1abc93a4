"""Several hands at once, each in a thread and on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.errors import Refused


def at_once(cast: Cast, *works: Callable[[], Any]) -> list[Any]:
    """Run each work in a thread and connection of its own, started together; gives results or refusals."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            with desk_scope(cast.desk):
                barrier.wait()
                return work()
        except (Refused, ValidationError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
