"""Fixtures of the admin site."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.admin.filling import fill_desk
from tests.cast import Cast


@pytest.fixture
def at_rocket(rocket: Cast, sign_in: Any) -> Client:
    """Return a client signed in as the first desk's admin; pages are at /rocket/admin/."""
    return sign_in(rocket.admin.user)


@pytest.fixture
def filled(rocket: Cast) -> Cast:
    """Return the first desk with at least one row for every registered page."""
    fill_desk(rocket)
    return rocket
