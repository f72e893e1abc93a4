"""A bot of the first desk at a fake of Telegram."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.tenancy import desk_scope
from channels_intake.connectors.telegram.connector import TelegramConnector
from channels_intake.models import Connection, ConnectionKind
from helpdesk.demo.vendors.serving import serve
from helpdesk.demo.vendors.telegram import BOT, TOKEN, TelegramFake
from tests.cast import Cast


@pytest.fixture(autouse=True)
def without_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only agents answer: the tests count what is sent. test_notices.py has the rest."""
    monkeypatch.setattr(TelegramConnector, "takes_notices", False)


@pytest.fixture
def fake() -> Iterator[TelegramFake]:
    telegram = TelegramFake()
    with serve(telegram):
        yield telegram


@pytest.fixture
def at_desk(rocket: Cast) -> Iterator[Cast]:
    with desk_scope(rocket.desk):
        yield rocket


def connect(cast: Cast, fake: TelegramFake) -> Connection:
    """Connect the fake's bot to a desk, whose scope is entered."""
    connection = Connection(
        desk=cast.desk,
        kind=ConnectionKind.TELEGRAM,
        name="Telegram",
        external_id=BOT,
        api_url=fake.url,
    )
    connection.enter_secrets(bot_token=TOKEN)
    connection.save()
    return connection


@pytest.fixture
def bot(at_desk: Cast, fake: TelegramFake) -> Connection:
    return connect(at_desk, fake)
