"""Erasing a person erases what was sent into their conversations, and stops what wasn't."""

from __future__ import annotations

from accounts.privacy.erasing import identify_person
from accounts.privacy.scrubbing import MARK
from accounts.tenancy import system_scope
from channels_intake.calls.errors import CallRefusedError
from channels_intake.connections.outgoing.resending import send_again
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
    [failed] = [part.message for part in list_parts() if part.state == PartState.FAILED]
    assert failed is not None
    send_again(failed, agent=in_rocket.analyst, at=NOON)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Secret three", at=NOON)
    deliver(in_rocket)

    contact = ticket.contact
    with system_scope("erase a person"):
        counts = erase_from_mail(identify_person(contact, set()), find_traces(contact))
    assert counts["answers"] == 4  # one was sent again
    sent = len(vendor.sent)
    send(in_rocket)
    assert len(vendor.sent) == sent  # what waited isn't sent anymore
    calls = str(list(OutgoingCall.objects.values("body", "summary")))
    assert "Secret" not in calls
    assert "Maria" not in calls
    kinds = [EventKind.CHANNEL_SENT, EventKind.CHANNEL_FAILED, EventKind.REPLY_SENT_AGAIN]
    events = TicketEvent.objects.filter(kind__in=kinds)
    assert set(events.values_list("kind", flat=True)) == set(kinds)
    assert "Maria" not in str(list(events.values("data")))
    assert {data["to"] for data in events.values_list("data", flat=True)} == {MARK}
    assert PartState.QUEUED not in {part.state for part in list_parts()}
