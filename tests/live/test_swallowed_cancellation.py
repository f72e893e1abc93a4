"""The tasks of the hub end when they are cancelled, even if a client swallows the cancellation.

redis-py may do so while it connects. The listener then waited for the next message forever, and so
did whoever ended the event loop.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from helpdesk.live.hub import Hub


def test_the_listener_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()

    async def work() -> None:
        is_connecting = asyncio.Event()

        async def connect() -> None:
            is_connecting.set()
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

        monkeypatch.setattr(hub, "_relay", connect)
        listening = asyncio.create_task(hub._listen())
        await is_connecting.wait()
        listening.cancel()
        done, _pending = await asyncio.wait([listening], timeout=10)
        assert done == {listening}

    asyncio.run(work())
