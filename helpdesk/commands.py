"""The command lines of Plumbline's processes.

Dockerfile, docker-compose.yml, deploy/, docs/operations.md and `make demo` have the same ones;
tests compare them.
"""

from __future__ import annotations

WEB_WORKERS = 2
# Each has one process more than it has classes of work (helpdesk/worker/consumer.py), so a busy
# class can use two of them.
CELERY = ["celery", "--quiet", "--app", "helpdesk"]  # quiet: no banner between the JSON lines
WORKERS = {"urgent": "clocks,interactive", "background": "inbound,bulk,webhooks"}


def build_web(*, host: str, port: int, workers: int = WEB_WORKERS) -> list[str]:
    """Return granian's command. Blocking work runs in threads, so a process per core is enough."""
    options = {
        "--interface": "asginl",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        # Seconds for requests in progress. Event streams end at once (helpdesk/stopping.py).
        "--workers-kill-timeout": "5",
        "--respawn-interval": "1",
        # Concurrent requests per process, including event streams. More than MAX_STREAMS, so that
        # streams are rejected before pages have to wait.
        "--backpressure": "12000",
        "--log-config": "helpdesk/granian-logs.json",
    }
    flags = ["--no-ws", "--respawn-failed-workers"]
    return ["granian", *_join(options), *flags, "helpdesk.asgi:application"]


def build_worker(name: str) -> list[str]:
    """Return the command of one of the two Celery workers, named so that %h tells nodes apart."""
    options = {
        "--queues": WORKERS[name],
        "--concurrency": str(get_concurrency(name)),
        "--hostname": f"{name}@%h",
        "--loglevel": "WARNING",
    }
    flags = ["--without-gossip", "--without-mingle"]
    return [*CELERY, "worker", *_join(options), *flags]


def get_concurrency(name: str) -> int:
    """Return the number of processes of a worker."""
    return len(WORKERS[name].split(",")) + 1


def build_beat(schedule: str) -> list[str]:
    """Return the command of Celery's scheduler. schedule: the file for its state."""
    options = {"--schedule": schedule, "--pidfile": "", "--loglevel": "WARNING"}
    return [*CELERY, "beat", *_join(options)]


def _join(options: dict[str, str]) -> list[str]:
    return [word for option in options.items() for word in option]
