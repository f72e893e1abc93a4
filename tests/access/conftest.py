"""Shared by the tests that probe every route."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.access.people import World, create_world


@pytest.fixture
def quiet() -> Iterator[None]:
    """Log nothing: the tests cause thousands of expected errors."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(db: None, quiet: None) -> World:
    """Return two filled desks and one person of each kind."""
    return create_world()
