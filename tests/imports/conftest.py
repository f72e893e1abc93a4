"""Uploads of sample exports, and imports that are run to their end."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.fixture
def at_rocket(rocket: Cast, sign_in: Any) -> Client:
    """Return a client signed in as the first desk's admin; pages are at /rocket/admin/."""
    return sign_in(rocket.admin.user)
