"""The running product: web server and worker as separate processes on the test's database."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psutil
from django.conf import settings
from django.db import connection

from helpdesk.commands import get_concurrency
from helpdesk.supervisor.embedded import find_free_port
from helpdesk.supervisor.processes import WORKERS

ROOT = Path(__file__).resolve().parents[1]
Result = TypeVar("Result")


def eventually(check: Callable[[], Result], *, within: float = 60.0, what: str = "") -> Result:
    """Poll ``check`` and return its first true result. within: seconds until AssertionError."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if result := check():
            return result
        time.sleep(0.05)
    raise AssertionError(f"not within {within:.0f} s: {what or check}")


@cache
def static_folder() -> Path:
    """Return a folder for static files that all stacks of this pytest process share."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-static-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def collect_static_files(folder: Path, environment: dict[str, str]) -> None:
    """Collect static files once; they do not change while tests run."""
    if not any(folder.iterdir()):
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


class Stack:
    """Granian and a Celery worker in demo mode, with the outbox in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.outbox = folder / "outbox"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.killed: list[str] = []  # those that did not end when they were asked to

    def environment(self) -> dict[str, str]:
        address = urlsplit(os.environ["DATABASE_URL"])
        database = urlunsplit(address._replace(path="/" + connection.settings_dict["NAME"]))
        return os.environ | {
            "PLUMBLINE_MODE": "demo",
            "DATABASE_URL": database,
            "REDIS_URL": settings.REDIS_URL,
            "DATA_DIR": str(self.folder),
            "STATIC_ROOT": str(static_folder()),
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "DATABASE_POOL_SIZE": "4",
            "PYTHONWARNINGS": "ignore",
        }

    def start_web(self) -> None:
        collect_static_files(static_folder(), self.environment())
        self._start(
            "web",
            "granian --interface asgi helpdesk.asgi:application --host 127.0.0.1 --workers 1"
            " --no-ws --workers-kill-timeout 10 --port",
            str(self.port),
        )
        eventually(self._accepts_connections, what="the web server responds")

    def start_worker(self, options: str = "") -> None:
        self._start(
            "worker",
            "celery -A helpdesk worker --concurrency 2 --loglevel INFO --without-mingle",
            *options.split(),
        )
        log = self.folder / "worker.log"
        eventually(lambda: "ready." in log.read_text(), what="the worker is ready")

    def start_workers(self, options: str = "") -> None:
        """Start the two workers of `make demo`, each with its classes of work."""
        for name in WORKERS:
            self.start_worker_of_demo(name, options)
        for name in WORKERS:
            self.wait_for_worker(name)

    def start_worker_of_demo(self, name: str, options: str = "") -> None:
        """Start one of the two workers of `make demo`, and don't wait for it."""
        self._start(
            name,
            f"celery -A helpdesk worker --queues {WORKERS[name]}"
            f" --concurrency {get_concurrency(name)}"
            f" --hostname {name}@%h --loglevel INFO --without-mingle",
            *options.split(),
        )

    def wait_for_worker(self, name: str) -> None:
        log = self.folder / f"{name}.log"
        eventually(lambda: "ready." in log.read_text(), what=f"{name} is ready")

    def start_scheduler(self, name: str, options: str = "") -> None:
        """Start a scheduler with a file of its own."""
        self._start(
            name,
            f"celery -A helpdesk beat --schedule {self.folder / name}-schedule --pidfile=",
            *options.split(),
        )

    def _start(self, name: str, command: str, *more: str) -> None:
        program, *arguments = command.split()
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(Path(sys.executable).parent / program), *arguments, *more],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _accepts_connections(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill_a_pool_process(self) -> bool:
        """Kill one of the worker's pool processes with SIGKILL. Return False if it has none."""
        children = psutil.Process(self.processes["worker"].pid).children(recursive=True)
        for child in children[:1]:
            child.send_signal(signal.SIGKILL)
        return bool(children)

    def kill_worker(self) -> None:
        """Kill the worker and all its pool processes with SIGKILL."""
        self.kill("worker")

    def kill(self, name: str) -> None:
        """Kill a process and all its children with SIGKILL."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Stop all processes; kill those that have not ended after ten seconds."""
        stopping = list(self.processes.items())
        self.processes.clear()
        for _, process in stopping:
            os.killpg(process.pid, signal.SIGTERM)
        for name, process in stopping:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                self.killed.append(name)
