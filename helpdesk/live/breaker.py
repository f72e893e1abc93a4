"""A circuit breaker: while Valkey is unavailable, requests don't wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import redis
import redis.asyncio
import structlog
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

TIMEOUT = 0.5  # seconds, to connect and to answer
ASYNC_TIMEOUT = 2.0  # seconds; no thread is blocked meanwhile
PAUSE = 5.0  # seconds without another attempt after a failure

Result = TypeVar("Result")


def make_async_client() -> redis.asyncio.Redis:
    """Return a client for the event loop that gives up after a few seconds at most."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=ASYNC_TIMEOUT,
        socket_connect_timeout=ASYNC_TIMEOUT,
        retry=AsyncRetry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


class Breaker:
    """A Valkey client that isn't used for PAUSE seconds after a failure.

    Then one thread tries again, and the others don't wait for it. A failure is logged once.
    """

    def __init__(self, event: str) -> None:
        self.event = event
        self._client: redis.Redis | None = None
        self._closed_until = 0.0
        self._has_failed = False

    def run(self, work: Callable[[redis.Redis], Result]) -> Result | None:
        """Return what ``work`` returns, or None while Valkey is unavailable."""
        if time.monotonic() < self._closed_until:
            return None
        if self._has_failed:
            self._closed_until = time.monotonic() + PAUSE  # others skip it while this one tries
        try:
            result = work(self._connect())
        except redis.RedisError as error:
            self._note_failure(error)
            return None
        if self._has_failed:
            self._has_failed, self._closed_until = False, 0.0
            log.info(f"{self.event}_recovered")
        return result

    def _note_failure(self, error: redis.RedisError) -> None:
        if not self._has_failed:
            log.warning(self.event, error=str(error), pause=PAUSE)
        self._has_failed, self._closed_until = True, time.monotonic() + PAUSE

    def _connect(self) -> redis.Redis:
        if self._client is None:
            self._client = redis.Redis.from_url(
                settings.REDIS_URL,
                socket_timeout=TIMEOUT,
                socket_connect_timeout=TIMEOUT,
                # By default the client would retry a command for seconds.
                retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
            )
        return self._client

    def reset(self) -> None:
        """Forget the client and its failure, for tests."""
        self._client, self._closed_until, self._has_failed = None, 0.0, False
