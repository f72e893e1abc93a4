"""A fake workspace of Rocket.Chat, connected to the first desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels_intake.models import Connection
from helpdesk.demo.vendors.serving import serve
from tests.cast import Cast
from tests.connectors.omnichannel.workspace import Workspace, connect


@pytest.fixture
def fake() -> Iterator[Workspace]:
    fake = Workspace()
    with serve(fake):
        yield fake


@pytest.fixture
def connection(in_rocket: Cast, fake: Workspace) -> Connection:
    return connect(in_rocket, fake)
