"""Database connections of workers: kept between tasks and checked before each one.

Celery's fixup for Django closes the whole connection pool before and after each task of a prefork
worker, so that no process uses the pool of its parent (celery/celery#10554). That costs two new
PostgreSQL sessions per task. It is enough to close the pool before the processes are forked.
"""

from __future__ import annotations

import gc
from typing import Any

from celery import Celery, signals
from celery.fixups import django as celery_django
from django.db import close_old_connections, connections


class WorkerFixup(celery_django.DjangoWorkerFixup):  # type: ignore  # not in the stubs
    """Handle connections around a task as Django does around a request."""

    def install(self) -> WorkerFixup:
        """Connect the task signals, and close this process's connections before it forks."""
        super().install()
        self._close_database()
        # Forked processes share memory until they write to it, and the collector writes everywhere.
        gc.collect()
        gc.freeze()
        signals.worker_process_shutdown.connect(self._on_process_shutdown)
        return self

    def on_worker_process_init(self, **kwargs: Any) -> None:
        """Start a process without connections. It runs one task at a time, so one is enough."""
        super().on_worker_process_init(**kwargs)
        for each in connections.all():
            pool = each.settings_dict["OPTIONS"].get("pool")
            if pool:
                pool["max_size"] = 1

    def close_database(self, **kwargs: Any) -> None:
        """Return connections to the pool, which tests them before their next use."""
        close_old_connections()

    def _on_process_shutdown(self, **kwargs: Any) -> None:
        self._close_database()


class Fixup(celery_django.DjangoFixup):
    """Celery's fixup with another one for workers."""

    _own: WorkerFixup | None = None

    @property
    def worker_fixup(self) -> WorkerFixup:
        """Return the fixup of the worker that runs in this process."""
        if self._own is None:
            self._own = WorkerFixup(self.app)
        return self._own


def fixup(app: Celery) -> Fixup:
    """Install the fixup. Celery calls this for each entry of its argument ``fixups``."""
    installed = Fixup(app)
    installed.install()
    return installed
