"""A fake AppFollow, and an app of the first desk there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels_intake.models import Connection
from helpdesk.demo.vendors.appfollow import AppFollow
from helpdesk.demo.vendors.serving import serve
from tests.cast import Cast
from tests.connectors.reviews.app import connect


@pytest.fixture
def fake() -> Iterator[AppFollow]:
    fake = AppFollow()
    with serve(fake):
        yield fake


@pytest.fixture
def connection(in_rocket: Cast, fake: AppFollow) -> Connection:
    return connect(in_rocket, fake)
