"""Network connections with an end to the whole of one talk.

A time-out of a socket starts anew with each byte, so a host that drips may hold its line for as long as it likes.
Here a timer shuts the connections down, whatever stage they are at: connecting, TLS, question or answer.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar


class Connections:
    """The connections of a talk, which may be kept from one to the next until they are closed."""

    def __init__(self) -> None:
        self._copies: list[socket.socket] = []
        self._is_late = threading.Event()

    def close(self) -> None:
        """Let go of the connections, which whoever opened them closes."""
        for line in self._copies:
            line.close()

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[threading.Event]:
        """Shut all connections, and those that are connected then, when the time is over; the event says that it is."""
        self._is_late = threading.Event()
        timer = threading.Timer(seconds, self._shut)
        timer.daemon = True
        token = _watching.set(self)
        timer.start()
        try:
            yield self._is_late
        finally:
            _watching.reset(token)
            timer.cancel()
            timer.join()

    def add(self, line: socket.socket) -> None:
        """Watch a connected line. A copy of its descriptor is kept: TLS takes the original over."""
        self._copies.append(line.dup())
        if self._is_late.is_set():
            self._shut()

    def _shut(self) -> None:
        self._is_late.set()
        for line in self._copies:
            with suppress(OSError):  # the other side was quicker
                line.shutdown(socket.SHUT_RDWR)


_watching: ContextVar[Connections | None] = ContextVar("watched_lines", default=None)


def watch_connection(line: socket.socket) -> None:
    """Show a line that was just connected to the talk that runs, if its time is watched."""
    if connections := _watching.get():
        connections.add(line)
