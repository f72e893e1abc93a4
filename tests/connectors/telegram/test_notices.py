"""The bot tells of the request's number, and that it was closed, in the chat."""

from __future__ import annotations

import pytest
from django.utils import timezone

from channels_intake.connectors.telegram.connector import TelegramConnector
from channels_intake.models import Connection
from helpdesk.demo.vendors.telegram import TelegramFake
from tests.cast import Cast
from tests.connections.outgoing.helpers import deliver, send
from tests.connectors.wiring import process, wire
from tickets.actors import Actor
from tickets.models import CloseReason, Ticket
from tickets.services import close


def test_the_receipt_and_the_closing_arrive_in_the_chat(
    at_desk: Cast, bot: Connection, fake: TelegramFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TelegramConnector, "takes_notices", True)
    wire(fake, monkeypatch)
    TelegramConnector().check(bot, at=timezone.now())
    fake.play("write", {"text": "The server is down"})
    process(bot)
    ticket, at = Ticket.objects.get(), timezone.now()
    by = Actor.of(at_desk.analyst)
    close(ticket_id=ticket.pk, by=by, reason=CloseReason.SOLVED, at=at)
    deliver(at_desk, at)
    send(at_desk, at)
    receipt, closing = [sent["text"] for sent in fake.sent]
    assert f"Your request has the number {ticket.reference}." in receipt
    assert "is solved, so we closed it." in closing
    assert "<" not in receipt + closing
