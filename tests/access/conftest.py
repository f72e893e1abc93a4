"""Shared by the tests that probe every route."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.people import World, create_world
from tests.databases import keep_rows


@pytest.fixture
def quiet() -> Iterator[None]:
    """Log nothing: the tests cause thousands of expected errors."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def kept_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[bytes]:
    """Two filled desks and one person of each kind, whose rows all tests of a module find."""
    with keep_rows(django_db_blocker):
        yield pickle.dumps(create_world())


@pytest.fixture
def world(kept_world: bytes, db: None, quiet: None) -> World:
    """Return a test's own copy of the module's desks and people. Its changes are rolled back."""
    copied: World = pickle.loads(kept_world)
    return copied
