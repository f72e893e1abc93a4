"""What only agents know of reaches no webhook without the choice, whenever that was made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import MailKind, OutgoingEmail
from channels_intake.outgoing.tracking import mark_delayed, mark_delivered, mark_failed
from sla.models import ClockKind
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import run_mail  # noqa: F401 (a fixture)
from tests.side_conversations.conftest import VENDOR, Side, side  # noqa: F401 (a fixture)
from tests.webhooks.helpers import HOUR, follow, respond, send, subscribe
from tests.webhooks.receiver import Receiver, hang_up
from tickets.events import EventKind
from tickets.models import (
    Channel,
    OutboxState,
    SubscriptionState,
    Ticket,
    TicketEvent,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.services import add_note
from tickets.webhooks import sending
from tickets.webhooks.describing import describe_attempt
from tickets.webhooks.kinds import is_internal_event, pick_facts
from tickets.webhooks.replaying import send_again

MAILS = {"mail.sent", "mail.delivered", "mail.delayed", "mail.failed"}


def test_emails_of_side_conversations_are_internal(
    rocket: Cast,
    receiver: Receiver,
    side: Side,  # noqa: F811
) -> None:
    """With what is reported on them, and with reports from before these named the kind."""
    with desk_scope(rocket.desk):
        hook = subscribe(rocket, receiver, kinds=[], payload="full")
        mark_delivered(side.sent, at=NOON)
        mark_delayed(side.sent, reason="full", reporter="", at=NOON)
        mark_failed(side.sent, reason="gone", at=NOON)
        mark_delivered(OutgoingEmail.objects.exclude(kind=MailKind.SIDE).get(), at=NOON)
        follow(rocket)
        send(hook)
        about_side = TicketEvent.objects.filter(kind__in=MAILS, data__mail=side.sent.pk)
        assert {event.kind for event in about_side} == MAILS
        assert not WebhookDelivery.objects.filter(event__in=about_side).exists()
        assert "mail.delivered" in receiver.kinds
        assert VENDOR not in json.dumps(receiver.bodies)
        for event in about_side:
            old = {key: value for key, value in event.data.items() if key != "mail_kind"}
            assert is_internal_event(event.kind, old)
            assert pick_facts(event.kind, old, with_internal=False) == {}


@pytest.mark.parametrize("was_sent", [False, True])
def test_nothing_internal_leaves_after_the_choice_was_withdrawn(
    in_rocket: Cast, receiver: Receiver, was_sent: bool
) -> None:
    """Neither what has waited, nor what an admin sends again."""
    hook = subscribe(in_rocket, receiver, kinds=[], payload="full", includes_internal=True)
    ticket, request = in_rocket.open_ticket(), in_rocket.open_ticket(channel=Channel.INTERNAL)
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="plumbago", at=NOON)
    follow(in_rocket)
    receiver.always = None if was_sent else hang_up
    send(hook)
    WebhookSubscription.objects.update(includes_internal=False)
    receiver.always = None
    receiver.bodies.clear()
    for delivery in WebhookDelivery.objects.all():
        send_again(delivery, attempts=delivery.attempts, at=NOON + HOUR)
    send(hook, NOON + HOUR)
    assert "ticket.opened" in receiver.kinds
    assert "plumbago" not in json.dumps(receiver.bodies)
    assert {body["data"]["ticket"]["number"] for body in receiver.bodies} == {ticket.number}
    assert not WebhookDelivery.objects.filter(state=OutboxState.WAITING).exists()
    note = WebhookDelivery.objects.get(kind="note.added")
    assert note.state == OutboxState.FAILED
    assert describe_attempt(note.log[-1]).startswith("Not sent: the webhook no longer takes")
    asked = WebhookDelivery.objects.filter(ticket=request)
    assert {delivery.state for delivery in asked} == {OutboxState.FAILED}


@pytest.mark.parametrize("change", [
    {"includes_internal": False},
    {"state": SubscriptionState.PAUSED},
    {"url": "https://elsewhere.example/hook"},
])  # fmt: skip
def test_a_change_counts_from_the_next_request_on(
    in_rocket: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    """Also in a slice that has begun."""
    hook = subscribe(in_rocket, receiver, kinds=["note.added"], includes_internal=True)
    for _ in range(3):
        ticket = in_rocket.open_ticket()
        add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Internal", at=NOON)
    follow(in_rocket)
    build = sending.build_body

    def build_and_change(*args: Any) -> bytes:
        WebhookSubscription.objects.filter(pk=hook.pk).update(**change)
        return build(*args)

    monkeypatch.setattr(sending, "build_body", build_and_change)
    sending.send_due_webhooks(hook.pk, at=NOON)
    assert receiver.requests == 1
    assert WebhookSubscription.objects.get().claimed_until is None


def test_events_are_internal_by_what_they_are_about() -> None:
    for kind, data, expected in (
        (EventKind.SLA_BREACHED, {"clock": "first_response"}, False),
        (EventKind.SLA_BREACHED, {}, False),  # from before there were others
        (EventKind.TEXT_REDACTED, {"messages": [3], "notes": [4]}, False),
        (EventKind.TEXT_REDACTED, {"messages": [], "notes": [4]}, True),
        (EventKind.FILE_REMOVED, {"attachment": 3, "message": 4}, False),
        (EventKind.FILE_REMOVED, {"attachment": 3}, True),
    ):
        assert is_internal_event(kind, data) == expected, (kind, data)
    for clock in ClockKind:
        for event in EventKind:
            if event.startswith("sla."):
                assert is_internal_event(event, {"clock": clock.value}) != clock.is_promised
    closed = {"status": ["open", "closed"], "duplicate_of": 7}
    assert pick_facts("ticket.closed", closed, with_internal=False) == {"status": closed["status"]}
    told = closed | {"named": True}
    assert pick_facts("ticket.closed", told, with_internal=False) == closed


def test_a_ticket_is_described_without_what_customers_do_not_know(
    in_rocket: Cast, receiver: Receiver
) -> None:
    """Its department, and the deadline of an internal target."""
    plain = subscribe(in_rocket, receiver, payload="full")
    ticket = in_rocket.open_ticket()
    respond(in_rocket, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(due_kind="resolution", due_at=NOON)
    follow(in_rocket)
    send(plain)
    WebhookSubscription.objects.update(includes_internal=True)
    send_again(WebhookDelivery.objects.get(), attempts=1, at=NOON)
    send(plain)
    shown, whole = (body["data"]["ticket"] for body in receiver.bodies)
    assert (shown["due_at"], shown["due_clock"]) == (None, "")
    assert "department" not in shown
    assert (whole["due_clock"], "department" in whole) == ("resolution", True)
