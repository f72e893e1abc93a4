"""The commands of Plumbline's own processes, and PostgreSQL's settings for the demo."""

from __future__ import annotations

import os
import sys

from helpdesk.supervisor.children import Child
from helpdesk.supervisor.config import BASE_DIR, Config

# Enough for some hundred thousand tickets on a small machine.
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
WORKERS = {"urgent": "clocks,interactive", "background": "inbound,bulk"}
WEB_WORKERS = min(2, os.cpu_count() or 1)


def web(config: Config) -> Child:
    """Return granian with one process per core, at most two. Blocking work runs in threads."""
    options = {
        "--interface": "asginl",
        "--host": config.host,
        "--port": str(config.port),
        "--workers": str(WEB_WORKERS),
        "--workers-kill-timeout": "3",  # seconds; open event streams delay a stop
        "--respawn-interval": "1",
        # Concurrent requests per process, including event streams. More than MAX_STREAMS, so that
        # streams are rejected before pages have to wait.
        "--backpressure": "12000",
        "--log-level": "warning",
    }
    arguments = [word for option in options.items() for word in option]
    return _build_python_child(
        config,
        "web",
        "-m",
        "granian",
        *arguments,
        "--no-ws",
        "--respawn-failed-workers",
        "helpdesk.asgi:application",
    )


def workers(config: Config) -> list[Child]:
    """Return Celery's workers: an urgent and a background one.

    Each has one process more than it has classes of work (helpdesk/worker/consumer.py), so a busy
    class can use two of them.
    """
    return [_build_worker(config, name, queues) for name, queues in WORKERS.items()]


def _build_worker(config: Config, name: str, queues: str) -> Child:
    options = {
        "--queues": queues,
        "--concurrency": "3",
        "--hostname": f"{name}@%h",
        "--loglevel": "WARNING",
    }
    arguments = [word for option in options.items() for word in option]
    return _build_python_child(
        config,
        f"worker-{name}",
        "-m",
        "celery",
        "--app",
        "helpdesk",
        "--quiet",
        "worker",
        *arguments,
        "--without-gossip",
        "--without-mingle",
    )


def beat(config: Config) -> Child:
    """Return Celery's scheduler for settings.CELERY_BEAT_SCHEDULE."""
    schedule = str(config.data_dir / "celerybeat-schedule")
    arguments = ["--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING"]
    return _build_python_child(
        config, "beat", "-m", "celery", "--app", "helpdesk", "--quiet", "beat", *arguments
    )


def vendors(config: Config) -> Child:
    """Return the fakes of the vendors that the demo's channels talk to."""
    manage = str(BASE_DIR / "manage.py")
    return _build_python_child(config, "vendors", manage, "serve_vendors", "--skip-checks")


def _build_python_child(config: Config, name: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, *arguments], config.logs / f"{name}.log", BASE_DIR)
