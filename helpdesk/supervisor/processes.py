"""The commands of Plumbline's own processes, and PostgreSQL's settings for the demo."""

from __future__ import annotations

import os
import sys

from helpdesk import commands
from helpdesk.commands import WORKERS
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
WEB_WORKERS = min(commands.WEB_WORKERS, os.cpu_count() or 1)


def web(config: Config) -> Child:
    """Return granian with one process per core, at most two."""
    command = commands.build_web(host=config.host, port=config.port, workers=WEB_WORKERS)
    return _build_python_child(config, "web", "-m", *command, "--log-level", "warning")


def workers(config: Config) -> list[Child]:
    """Return Celery's workers: an urgent and a background one."""
    return [
        _build_celery_child(config, f"worker-{name}", commands.build_worker(name))
        for name in WORKERS
    ]


def beat(config: Config) -> Child:
    """Return Celery's scheduler for settings.CELERY_BEAT_SCHEDULE."""
    command = commands.build_beat(str(config.data_dir / "celerybeat-schedule"))
    return _build_celery_child(config, "beat", command)


def _build_celery_child(config: Config, name: str, command: list[str]) -> Child:
    program, *arguments = command
    return _build_python_child(config, name, "-m", program, *arguments)


def vendors(config: Config) -> Child:
    """Return the fakes of the vendors that the demo's channels talk to."""
    manage = str(BASE_DIR / "manage.py")
    return _build_python_child(config, "vendors", manage, "serve_vendors", "--skip-checks")


def _build_python_child(config: Config, name: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, *arguments], config.logs / f"{name}.log", BASE_DIR)
