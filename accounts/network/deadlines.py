"""A time limit for a whole exchange over network connections.

A socket's timeout restarts with each byte, so a slow host can hold a connection indefinitely. Here,
a timer shuts the connections down at any stage: connecting, TLS, request or response.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar


class Connections:
    """The connections of an exchange, which can be kept for the next one until they are closed."""

    def __init__(self) -> None:
        self._copies: list[socket.socket] = []
        self._is_late = threading.Event()

    def close(self) -> None:
        """Release the connections. The code that opened them closes them."""
        copies, self._copies = self._copies, []
        for copy in copies:
            copy.close()

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[threading.Event]:
        """Shut down all connections when the time is up, and set the event."""
        self._is_late = threading.Event()
        timer = threading.Timer(seconds, self._shut_down)
        timer.daemon = True
        token = _watching.set(self)
        timer.start()
        try:
            yield self._is_late
        finally:
            _watching.reset(token)
            timer.cancel()
            timer.join()

    def add(self, connection: socket.socket) -> None:
        """Watch an open connection by a copy of its descriptor, because TLS takes the original."""
        self._copies.append(connection.dup())
        if self._is_late.is_set():
            self._shut_down()

    def _shut_down(self) -> None:
        self._is_late.set()
        for copy in self._copies:
            with suppress(OSError):  # the other side was quicker
                copy.shutdown(socket.SHUT_RDWR)


_watching: ContextVar[Connections | None] = ContextVar("watched_connections", default=None)


def watch_connection(connection: socket.socket) -> None:
    """Watch a newly opened connection, if the exchange has a deadline."""
    if connections := _watching.get():
        connections.add(connection)
