"""The running product on the test's database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings

from tests.stack import Stack


@pytest.fixture
def stack(transactional_db: None, tmp_path: Path) -> Iterator[Stack]:
    """Web and worker, started by the test that needs them; an empty queue."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    running = Stack(tmp_path)
    yield running
    running.stop()
