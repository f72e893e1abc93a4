"""Child processes: each in its own process group, logged to a file, dead when the parent dies."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypedDict

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

FIRST_PAUSE = 1.0  # seconds before a dead child is restarted; doubles with each death
MAX_PAUSE = 30.0
FORGET_DEATHS_AFTER = 60.0  # seconds of uptime
MAX_LOG_BYTES = 20 * 1024 * 1024


def _die_with_parent(number: int) -> None:
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, number)


class UserOptions(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def get_user_options(user: int | None) -> UserOptions:
    """Return the subprocess arguments that run a command as a user, or none for user=None."""
    return (
        {}
        if user is None
        else {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}
    )


@dataclass
class Child:
    """A command and, while it runs, its process. user: user id to run as, None for the parent's."""

    name: str
    command: list[str]
    log: Path
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    restart_at: float | None = field(default=None)

    def start(self) -> None:
        """Start the process. On Linux the kernel stops it when the parent dies (prctl(2))."""
        self.started_at, self.restart_at = time.monotonic(), None
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (commands come from this package)
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                **get_user_options(self.user),
                umask=0o077,
                start_new_session=True,
                preexec_fn=partial(_die_with_parent, self.stop_signal),
            )

    def get_exit_code(self) -> int | None:
        """Return the exit code, or None while the process runs or before it was started."""
        return self.process.poll() if self.process else None

    def restart_if_dead(self, now: float) -> str:
        """Restart a dead process after a growing pause. Return a message about a death, or ""."""
        if self.restart_at is not None:
            if now >= self.restart_at:
                self.start()
            return ""
        code = self.get_exit_code()
        if code is None:
            return ""
        self.kill_group()  # its own children may still be alive
        self.deaths = 1 if now - self.started_at > FORGET_DEATHS_AFTER else self.deaths + 1
        pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), MAX_PAUSE)
        self.restart_at = now + pause
        reason = _describe_exit(code)
        return f"{self.name} exited ({reason}) and restarts in {pause:g} s. See {self.log}"

    def request_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_or_kill(self, timeout: float) -> None:
        """Wait up to ``timeout`` seconds for the process, then kill it and all its children."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout)
            self.kill_group()
            self.process.wait()

    def kill_group(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def read_log_tail(self, count: int = 15) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def _describe_exit(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def stop_all(children: Iterable[Child], timeout: float) -> None:
    """Ask all children to stop, then wait up to ``timeout`` seconds for each."""
    children = list(children)
    for child in children:
        child.request_stop()
    for child in children:
        child.wait_or_kill(timeout)


def rotate_log(log: Path) -> None:
    """Rename a log that has grown large. One old log is kept."""
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
