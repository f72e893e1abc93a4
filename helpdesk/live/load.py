"""How fast lists are notified of changes, which decides how often their pages may reload."""

from __future__ import annotations

import time


class Load:
    """How many lists were notified of a first change in the last full second."""

    def __init__(self) -> None:
        self._second, self._count, self._before = 0, 0, 0

    def add(self) -> None:
        """Count one list."""
        self._turn()
        self._count += 1

    @property
    def per_second(self) -> int:
        """The larger of this second's count and the last one's."""
        self._turn()
        return max(self._count, self._before)

    def _turn(self) -> None:
        second = int(time.monotonic())
        if second != self._second:
            self._before = self._count if second == self._second + 1 else 0
            self._second, self._count = second, 0
