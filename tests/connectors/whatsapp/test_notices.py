"""A receipt arrives in the chat, and its delivery is no answer's."""

from __future__ import annotations

import pytest

from channels_intake.connectors.whatsapp.connector import WhatsAppConnector
from channels_intake.models import ChannelMessage, Direction
from helpdesk.demo.vendors.meta import FakeWhatsApp
from tests.connectors.journey import Line
from tickets.models import Ticket


def test_the_receipt_arrives_before_the_answer(
    number: Line, fake: FakeWhatsApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WhatsAppConnector, "takes_notices", True)
    number.act("message", name="Rosa Marques", text="Where is my order?")
    number.reply("It is on its way.")
    receipt, answer = [str(sent.content.get("body")) for sent in fake.answers]
    assert Ticket.objects.get().reference in receipt
    assert answer == "It is on its way."
    sent = ChannelMessage.objects.filter(direction=Direction.OUT).order_by("pk")
    assert [(part.notice, part.state) for part in sent] == [("receipt", "sent"), ("", "sent")]
