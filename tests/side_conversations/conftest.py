"""A ticket with a side conversation, and the email of its third party."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import OutgoingEmail, SideReplyToken
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import (  # noqa: F401 (fixtures)
    _trusted_server,
    make_mail,
    run_mail,
    take_in,
)
from tickets.models import SideConversation, Ticket
from tickets.side_conversations.writing import start_side

VENDOR = "ops@vendor.example"
SECRET = "CANARY-of-the-side: the customer's firewall is to blame."


@dataclass
class Side:
    """A side conversation as its third party knows it. sent: the first email that they got."""

    cast: Cast
    ticket: Ticket
    side: SideConversation
    sent: OutgoingEmail
    address: str

    def answer(self, sender: str = VENDOR, to: str = "", **given: Any) -> bytes:
        """Return the raw email of an answer."""
        usual = {"subject": "Re: Router", "text": SECRET, "message_id": "<a@vendor.example>"}
        return make_mail(sender, to or self.address, **(usual | given))


def start(cast: Cast, run_mail: Callable[..., None], *emails: str) -> Side:  # noqa: F811
    """Start a side conversation and send its email."""
    with desk_scope(cast.desk):
        ticket = cast.open_ticket()
        side = start_side(
            ticket_id=ticket.pk,
            agent=cast.analyst,
            subject="Router",
            emails=list(emails or [VENDOR]),
            text="Is it your **router**?",
            at=NOON,
        )
    run_mail(cast.desk)
    with desk_scope(cast.desk):
        sent = OutgoingEmail.objects.get(kind="side", to_address=(emails or [VENDOR])[0])
        token = SideReplyToken.objects.get(participant=sent.third_party)
        box, domain = sent.from_address.rpartition("<")[2].strip(">").split("@")
        ticket.refresh_from_db()
        return Side(cast, ticket, side, sent, f"{box}+{token.token}@{domain}")


@pytest.fixture
def side(rocket: Cast, run_mail: Callable[..., None]) -> Side:  # noqa: F811
    return start(rocket, run_mail)
