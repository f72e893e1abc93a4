"""A page of the first desk, connected to a fake of Facebook."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.demo.vendors.meta import FakeMeta
from helpdesk.demo.vendors.serving import serve
from tests.cast import Cast
from tests.connectors.journey import Line, open_line

PAGE = "682498302938465"


@pytest.fixture
def fake() -> Iterator[FakeMeta]:
    meta = FakeMeta()
    with serve(meta):
        yield meta


@pytest.fixture
def page(in_rocket: Cast, fake: FakeMeta) -> Line:
    return open_line(in_rocket, fake, "facebook", PAGE)
