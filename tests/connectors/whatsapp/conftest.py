"""A number of the first desk, connected to a fake of WhatsApp."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.demo.vendors.meta import FakeWhatsApp
from helpdesk.demo.vendors.serving import serve
from tests.cast import Cast
from tests.connectors.journey import Line, open_line

NUMBER = "106540352242922"


@pytest.fixture
def fake() -> Iterator[FakeWhatsApp]:
    whatsapp = FakeWhatsApp()
    with serve(whatsapp):
        yield whatsapp


@pytest.fixture
def number(in_rocket: Cast, fake: FakeWhatsApp) -> Line:
    return open_line(in_rocket, fake, "whatsapp", NUMBER)
