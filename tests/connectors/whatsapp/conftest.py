"""A number of the first desk, connected to a fake of WhatsApp."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels_intake.connectors.whatsapp.connector import WhatsAppConnector
from helpdesk.demo.vendors.meta import FakeWhatsApp
from helpdesk.demo.vendors.serving import serve
from tests.cast import Cast
from tests.connectors.journey import Line, open_line

NUMBER = "106540352242922"


@pytest.fixture(autouse=True)
def without_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only agents answer: the tests count what is sent. test_notices.py has the rest."""
    monkeypatch.setattr(WhatsAppConnector, "takes_notices", False)


@pytest.fixture
def fake() -> Iterator[FakeWhatsApp]:
    whatsapp = FakeWhatsApp()
    with serve(whatsapp):
        yield whatsapp


@pytest.fixture
def number(in_rocket: Cast, fake: FakeWhatsApp) -> Line:
    return open_line(in_rocket, fake, "whatsapp", NUMBER)
