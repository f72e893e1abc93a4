"""The three processes of Plumbline, and what PostgreSQL is set to beside them."""

from __future__ import annotations

import os
import sys

from helpdesk.supervisor.children import Child
from helpdesk.supervisor.place import BASE_DIR, Place

# A desk of some hundred thousand tickets on a small machine.
POSTGRES_SETTINGS = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "100",
}
WEB_WORKERS = min(2, os.cpu_count() or 1)


def web(place: Place) -> Child:
    """granian, one process per core up to two; Django hands each request's blocking work to a thread."""
    options = {
        "--interface": "asginl",
        "--host": place.host,
        "--port": str(place.port),
        "--workers": str(WEB_WORKERS),
        "--workers-kill-timeout": "3",  # seconds that open event streams may hold up a stop
        "--respawn-interval": "1",
        "--backpressure": "4096",  # requests at once in a process, event streams too; else 512 of them fill it
        "--log-level": "warning",
    }
    words = [word for option in options.items() for word in option]
    return _python(
        place,
        "web",
        "-m",
        "granian",
        *words,
        "--no-ws",
        "--respawn-failed-workers",
        "helpdesk.asgi:application",
    )


def worker(place: Place) -> Child:
    """Celery's worker, two processes."""
    words = ["--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return _python(
        place, "worker", "-m", "celery", "--app", "helpdesk", "--quiet", "worker", *words
    )


def beat(place: Place) -> Child:
    """Celery's clock; the timetable is settings.CELERY_BEAT_SCHEDULE."""
    schedule = str(place.data_dir / "celerybeat-schedule")
    words = ["--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING"]
    return _python(place, "beat", "-m", "celery", "--app", "helpdesk", "--quiet", "beat", *words)


def _python(place: Place, name: str, *words: str) -> Child:
    return Child(name, [sys.executable, *words], place.logs / f"{name}.log", BASE_DIR)
