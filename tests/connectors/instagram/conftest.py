"""An account of the first desk, connected to a fake of Instagram."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.demo.vendors.meta import FakeMeta
from helpdesk.demo.vendors.serving import serve
from tests.cast import Cast
from tests.connectors.journey import Line, open_line

ACCOUNT = "17841405822304914"


@pytest.fixture
def fake() -> Iterator[FakeMeta]:
    meta = FakeMeta()
    with serve(meta):
        yield meta


@pytest.fixture
def account(in_rocket: Cast, fake: FakeMeta) -> Line:
    return open_line(in_rocket, fake, "instagram", ACCOUNT)
