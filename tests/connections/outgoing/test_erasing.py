"""Erasing a person erases what was sent into their conversations, and stops what wasn't."""

from __future__ import annotations

from accounts.privacy.erasing import identify_person
from accounts.tenancy import system_scope
from channels_intake.calls.errors import CallRefusedError
from channels_intake.erasing import erase_from_mail
from channels_intake.models import Connection, OutgoingCall, PartState
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import (
    TinyConnector,
    converse,
    deliver,
    list_parts,
    send,
)
from tickets.erasing import find_traces
from tickets.events import EventKind
from tickets.models import TicketEvent
from tickets.services import reply


def test_texts_names_and_reasons_go(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    for text in ("Secret one", "Secret two"):
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text=text, at=NOON)
    deliver(in_rocket)
    vendor.answers.append(CallRefusedError("Maria blocked you"))
    send(in_rocket)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Secret three", at=NOON)
    deliver(in_rocket)

    contact = ticket.contact
    with system_scope("erase a person"):
        counts = erase_from_mail(identify_person(contact, set()), find_traces(contact))
    assert counts["answers"] == 3
    sent = len(vendor.sent)
    send(in_rocket)
    assert len(vendor.sent) == sent  # the third wasn't sent anymore
    calls = str(list(OutgoingCall.objects.values("body", "summary")))
    assert "Secret" not in calls
    assert "Maria" not in calls
    events = TicketEvent.objects.filter(kind__in=[EventKind.CHANNEL_SENT, EventKind.CHANNEL_FAILED])
    assert "Maria" not in str(list(events.values("data")))
    assert PartState.QUEUED not in {part.state for part in list_parts()}
