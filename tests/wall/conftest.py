"""Two desks with rows in every table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.people import THREE
from tests.cast import make_cast
from tests.databases import keep_rows
from tests.wall.filling import Casts, fill_every_table


@pytest.fixture(scope="module")
def casts(django_db_setup: None, django_db_blocker: Any) -> Iterator[Casts]:
    """Two desks, filled once for all tests of a module, in a transaction that is rolled back."""
    with keep_rows(django_db_blocker):
        rocket = make_cast("rocket", prefix="RC", domain="acme.example", **THREE)
        matter = make_cast("matter", prefix="MM", domain="globex.example", **THREE)
        for cast in (rocket, matter):
            fill_every_table(cast)
        yield rocket, matter
