"""Notice that a web process is asked to stop, while it still serves.

granian waits until all responses have ended, and tells the application only then. An event stream
never ends by itself, so a web process with one open page would be killed. The server's own handler
stays in place: asyncio calls it by the wake-up file descriptor of signals, whatever handler
``signal`` has.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """The stop of this process, and the actions that its event loop runs then."""

    def __init__(self) -> None:
        self.is_stopping = False
        self._actions: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def call(self, action: Callable[[], None]) -> None:
        """Call ``action`` on the event loop when the process is asked to stop."""
        self._actions.append(action)

    def listen(self) -> None:
        """Listen to signals, once per event loop. Called within it, by each request.

        Only where a server handles the signal already: otherwise nothing would end the process.
        """
        loop = asyncio.get_running_loop()
        if loop is self._loop:
            return
        self._loop = loop
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            if signal.getsignal(number) not in (
                signal.SIG_DFL,
                signal.SIG_IGN,
                signal.default_int_handler,
            ):
                signal.signal(number, self._handle)
                signal.siginterrupt(number, False)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._act)

    def _act(self) -> None:
        for action in self._actions:
            action()


stop = Stop()
