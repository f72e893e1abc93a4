"""Shared by the tests that probe every route."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def quiet() -> Iterator[None]:
    """Log nothing: the tests cause thousands of expected errors."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
