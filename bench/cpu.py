"""CPU time of the whole product: web, workers, scheduler, PostgreSQL and Valkey."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import psutil


def get_cpu_seconds() -> float:
    """Return the CPU seconds so far of all processes that this one started, dead ones included."""
    return sum(get_cpu_by_program().values())


def get_cpu_by_program() -> dict[str, float]:
    """Return the CPU seconds so far by program.

    The time of a dead process is with the parent that waited for it. This process, which plays
    the customers and the mail providers, is not counted.
    """
    found: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            name, times = _get_program(process.cmdline()), process.cpu_times()
            seconds = times.user + times.system + times.children_user + times.children_system
            found[name] = found.get(name, 0.0) + seconds
    return found


def get_session_seconds(backend_pid: int) -> float:
    """Return the CPU seconds so far of this process and of its database session.

    From the scheduler's statistics (proc(5)), which count nanoseconds. Clock ticks of 10 ms say
    nothing about a few statements.
    """
    spent = Path(f"/proc/{backend_pid}/schedstat").read_text().split()[0]
    return time.process_time() + int(spent) / 1e9


def get_memory_bytes() -> dict[str, int]:
    """Return the proportional memory (PSS) of all processes, by the name of the program."""
    found: dict[str, int] = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            name = _get_program(process.cmdline())
            found[name] = found.get(name, 0) + process.memory_full_info().pss
    return found


def _get_program(words: list[str]) -> str:
    line = " ".join(words)
    for name in ("granian", "beat", "celery", "valkey", "postgres"):
        if name in line:
            return name
    return "other"
