"""Wait as long as something moves: a busy machine is slow, and only a stuck one stands still."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import psutil

STILL_SECONDS = 120.0  # without movement until a wait is given up
MIN_MOVEMENT = 1.0  # seconds of processor time; PostgreSQL uses some even when it is idle
LOOK_INTERVAL = 1.0  # seconds; each look reads /proc
TELL_INTERVAL = 15.0  # seconds


def measure_movement() -> float:
    """Return the processor time that the processes of this one have used, in seconds."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            times = process.cpu_times()
            used += times.user + times.system
    return used


class Patience:
    """The patience of one wait. tell: prints a line of progress."""

    def __init__(
        self,
        tell: Callable[[str], None],
        *,
        measure: Callable[[], float] = measure_movement,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell, self._measure, self._clock = tell, measure, clock
        self._began = self._looked = self._moved = self._told = clock()
        self._movement = measure()

    def is_over(self, what: str) -> bool:
        """Return True if nothing has moved for long. Now and then, tell what is waited for."""
        now = self._clock()
        if now - self._looked < LOOK_INTERVAL:
            return False
        self._looked = now
        movement = self._measure()
        if abs(movement - self._movement) >= MIN_MOVEMENT:  # less: a process has ended
            self._movement, self._moved = movement, now
        if now - self._told >= TELL_INTERVAL:
            self._told = now
            self._tell(f"  ... {what} ({now - self._began:.0f} s)")
        return now - self._moved > STILL_SECONDS
