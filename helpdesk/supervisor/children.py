"""A child process: in a process group of its own, logged to a file, and never alive without its parent."""

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

FIRST_PAUSE = 1.0  # seconds before a child that died is started again; doubles with each death
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # seconds of life after which an earlier death is forgotten
LARGEST_LOG = 20 * 1024 * 1024


def _die_with_parent(number: int) -> None:
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, number)


class UserWords(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def as_user(user: int | None) -> UserWords:
    """The words of subprocess that run a command as a user with the user's own group; none for None."""
    return (
        {}
        if user is None
        else {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}
    )


@dataclass
class Child:
    """What to run, and its process while it runs. user: the id it runs under, None for the parent's own."""

    name: str
    command: list[str]
    log: Path
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    start_again_at: float | None = field(default=None)

    def start(self) -> None:
        """Start the process. On Linux the kernel ends it when the parent dies, by kill -9 too (prctl(2))."""
        self.started_at, self.start_again_at = time.monotonic(), None
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (the commands are written down in this package)
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                **as_user(self.user),
                umask=0o077,
                start_new_session=True,
                preexec_fn=partial(_die_with_parent, self.stop_signal),
            )

    def exit_code(self) -> int | None:
        """How the process ended; None while it runs, or before it has been started."""
        return self.process.poll() if self.process else None

    def revive(self, now: float) -> str:
        """Start the process again if it died, after a growing pause; gives what there is to say, or nothing."""
        if self.start_again_at is not None:
            if now >= self.start_again_at:
                self.start()
            return ""
        code = self.exit_code()
        if code is None:
            return ""
        self.kill_group()  # what it has left of its own children
        self.deaths = 1 if now - self.started_at > STEADY_AFTER else self.deaths + 1
        pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
        self.start_again_at = now + pause
        return (
            f"{self.name} ended ({_how(code)}); it starts again in {pause:g} s. Its log: {self.log}"
        )

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_for_end(self, patience: float) -> None:
        """Wait so many seconds for the process to end, then kill it and all that it started."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
            self.kill_group()
            self.process.wait()

    def kill_group(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_lines(self, count: int = 15) -> str:
        """The end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def stop(children: Iterable[Child], patience: float) -> None:
    """Ask all of them to stop, then wait so many seconds for each."""
    children = list(children)
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait_for_end(patience)


def start_afresh(log: Path) -> None:
    """Put a log that has grown large aside; one old one is kept."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
