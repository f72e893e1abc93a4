"""Fixtures of the admin site."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.access.people import THREE
from tests.admin.filling import fill_desk
from tests.cast import Cast, make_cast
from tests.databases import keep_rows


@pytest.fixture
def at_rocket(rocket: Cast, sign_in: Any) -> Client:
    """Return a client signed in as the first desk's admin; pages are at /rocket/admin/."""
    return sign_in(rocket.admin.user)


@pytest.fixture(scope="module")
def kept_casts(django_db_setup: None, django_db_blocker: Any) -> Iterator[bytes]:
    """Two desks with rows for every registered page, which all tests of a module find."""
    with keep_rows(django_db_blocker):
        casts = [
            make_cast("rocket", prefix="RC", domain="acme.example", **THREE),
            make_cast("matter", prefix="MM", domain="globex.example", **THREE),
        ]
        for cast in casts:
            fill_desk(cast)
        yield pickle.dumps(casts)


@pytest.fixture
def filled_casts(kept_casts: bytes, db: None) -> list[Cast]:
    """Return a test's own copies of the module's two desks. Its changes are rolled back."""
    copied: list[Cast] = pickle.loads(kept_casts)
    return copied


@pytest.fixture
def filled(filled_casts: list[Cast]) -> Cast:
    """Return the first desk with at least one row for every registered page."""
    return filled_casts[0]


@pytest.fixture
def at_filled(filled: Cast, sign_in: Any) -> Client:
    """Return a client signed in as the admin of the first desk with rows for every page."""
    return sign_in(filled.admin.user)
