"""Events reach a receiver once per ID and in order, whatever happened to it meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.webhooks.helpers import HOUR, MINUTE, follow, respond, send, subscribe
from tests.webhooks.receiver import Receiver, hang_up, status
from tickets.deliveries import deliver_due
from tickets.models import (
    EventDelivery,
    Notification,
    OutboxState,
    StopReason,
    SubscriptionState,
    TicketEvent,
    WebhookDelivery,
)
from tickets.webhooks import claiming, sending
from tickets.webhooks.outcomes import PAUSES, TRIED_FOR
from tickets.webhooks.subscriptions import pause, resume, rotate_secret

DAY = timedelta(days=1)


def test_each_event_is_sent_once_and_signed(
    in_rocket: Cast, matter: Cast, receiver: Receiver
) -> None:
    hook = subscribe(in_rocket, receiver)
    ticket = in_rocket.open_ticket()
    respond(in_rocket, ticket)
    with desk_scope(matter.desk):
        respond(matter, matter.open_ticket())
        follow(matter)
        assert not WebhookDelivery.objects.exists()
    follow(in_rocket)
    send(hook)
    send(hook)
    [body] = receiver.bodies
    event = TicketEvent.objects.get(kind="customer.responded")
    assert receiver.ids == [f"msg_{hook.pk}_{event.pk}"]
    assert (body["type"], body["version"], body["desk"]) == ("customer.responded", "1", "rocket")
    assert body["data"]["ticket"] == {"number": ticket.number, "reference": ticket.reference}
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)


def test_an_hour_without_the_receiver_loses_nothing_and_keeps_the_order_of_each_ticket(
    in_rocket: Cast, receiver: Receiver
) -> None:
    hook = subscribe(in_rocket, receiver, payload="full")
    tickets = [in_rocket.open_ticket(subject=f"Ticket {n}") for n in range(3)]
    receiver.always = hang_up
    at = NOON
    for minute in range(60):
        at = NOON + minute * MINUTE
        respond(in_rocket, tickets[minute % 3], f"{minute}", at=at)
        follow(in_rocket, at)
        send(hook, at)
    assert receiver.bodies == []
    assert receiver.requests < 15  # one message at a time probes the receiver
    receiver.always = None
    at = NOON + HOUR
    until = at + 20 * MINUTE
    while at < until:
        send(hook, at)
        at += MINUTE
    assert len(receiver.ids) == len(set(receiver.ids)) == 60
    for ticket in tickets:
        texts = [
            int(body["data"]["message"]["text"])
            for body in receiver.bodies
            if body["data"]["ticket"]["number"] == ticket.number
        ]
        assert texts == sorted(texts)
        assert len(texts) == 20


def test_a_refused_message_holds_only_its_ticket_and_is_set_aside_after_three_days(
    in_rocket: Cast, receiver: Receiver
) -> None:
    hook = subscribe(in_rocket, receiver)
    first, second = in_rocket.open_ticket(), in_rocket.open_ticket()
    for ticket in (first, first, second):
        respond(in_rocket, ticket)
    follow(in_rocket)
    refused, behind, _other = WebhookDelivery.objects.order_by("event_id")

    def refuse_first(handler: object) -> None:
        is_first = handler.headers["webhook-id"] == refused.message_id  # type: ignore[attr-defined]
        handler.respond(400, b"no") if is_first else handler.accept()  # type: ignore[attr-defined]

    receiver.always = refuse_first
    at, pauses = NOON, []
    for expected in PAUSES:
        send(hook, at)
        refused.refresh_from_db()
        pauses.append(refused.next_try_at - at)
        assert refused.next_try_at == at + expected
        at = refused.next_try_at
    assert at == NOON + TRIED_FOR
    assert len(receiver.ids) == 1  # of the other ticket
    send(hook, at)
    refused.refresh_from_db()
    assert (refused.state, refused.attempts, refused.answer) == ("failed", 10, "no")
    assert receiver.ids[1:] == [behind.message_id]


def test_a_receiver_that_takes_nothing_for_three_days_is_paused_and_loses_nothing(
    in_rocket: Cast, receiver: Receiver
) -> None:
    hook = subscribe(in_rocket, receiver)
    ticket = in_rocket.open_ticket()
    receiver.always = status(500, b"down")
    at = NOON
    while at < NOON + 4 * DAY:
        if at < NOON + DAY:
            respond(in_rocket, ticket, at=at)
        follow(in_rocket, at)
        send(hook, at)
        at += HOUR
    hook.refresh_from_db()
    assert (hook.state, hook.stop_reason) == (SubscriptionState.PAUSED, StopReason.FAILING)
    assert WebhookDelivery.objects.filter(state=OutboxState.WAITING).count() == 24
    [told] = Notification.objects.filter(kind="webhook.paused")
    assert told.agent == in_rocket.admin
    requests = receiver.requests
    respond(in_rocket, ticket, at=at)
    follow(in_rocket, at)
    send(hook, at)
    assert receiver.requests == requests
    receiver.always = None
    assert resume(hook, by=in_rocket.admin, at=at)
    assert not resume(hook, by=in_rocket.admin, at=at)
    send(hook, at)
    events = [int(each.rpartition("_")[2]) for each in receiver.ids]
    assert len(events) == 25
    assert events == sorted(events)


def test_gone_ends_the_subscription(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver)
    ticket = in_rocket.open_ticket()
    respond(in_rocket, ticket)
    follow(in_rocket)
    receiver.always = status(410)
    send(hook)
    respond(in_rocket, ticket)
    follow(in_rocket)
    send(hook, NOON + DAY)
    hook.refresh_from_db()
    assert (hook.state, hook.stop_reason, receiver.requests) == ("ended", "gone", 1)
    assert Notification.objects.filter(kind="webhook.ended").count() == 1
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.parametrize("asked", ["120", "Wed, 18 Nov 2026 13:02:00 GMT"])
def test_a_receiver_says_when_to_try_again(in_rocket: Cast, receiver: Receiver, asked: str) -> None:
    hook = subscribe(in_rocket, receiver)
    respond(in_rocket, in_rocket.open_ticket())
    respond(in_rocket, in_rocket.open_ticket())
    follow(in_rocket)
    receiver.answers.append(status(429, Retry_After=asked))
    send(hook)
    send(hook, NOON + 119 * timedelta(seconds=1))
    assert receiver.requests == 1
    send(hook, NOON + 2 * MINUTE)
    assert len(receiver.ids) == 2


def test_absurd_waits_are_bounded(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver)
    respond(in_rocket, in_rocket.open_ticket())
    follow(in_rocket)
    receiver.answers.append(status(503, Retry_After="9" * 40))
    send(hook)
    hook.refresh_from_db()
    assert hook.next_try_at == NOON + DAY
    receiver.answers.append(status(503, Retry_After="Thu, 01 Jan 1970 00:00:00 GMT"))
    send(hook, NOON + DAY)
    hook.refresh_from_db()
    assert hook.next_try_at == NOON + DAY + timedelta(seconds=1)


def test_two_secrets_sign_for_a_day(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver)
    former = receiver.secret
    new = rotate_secret(hook, by=in_rocket.admin, at=NOON)
    assert new != former
    for at, secret in [(NOON, former), (NOON, new), (NOON + DAY, new)]:
        receiver.secret = secret
        respond(in_rocket, in_rocket.open_ticket(), at=at)
        follow(in_rocket, at)
        send(hook, at)
    assert len(receiver.ids) == 3
    assert [len(each["webhook-signature"].split()) for each in receiver.headers] == [2, 2, 1]
    receiver.secret = former
    respond(in_rocket, in_rocket.open_ticket(), at=NOON + DAY)
    follow(in_rocket, NOON + DAY)
    send(hook, NOON + DAY)
    assert len(receiver.ids) == 3
    assert new not in str(WebhookDelivery.objects.values())


def test_a_paused_webhook_continues_in_order(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver)
    ticket = in_rocket.open_ticket()
    assert pause(hook, by=in_rocket.admin, at=NOON)
    assert not pause(hook, by=in_rocket.admin, at=NOON)
    for _ in range(3):
        respond(in_rocket, ticket)
    follow(in_rocket)
    send(hook)
    assert receiver.requests == 0
    resume(hook, by=in_rocket.admin, at=NOON)
    send(hook)
    assert receiver.ids == [
        each.message_id for each in WebhookDelivery.objects.order_by("event_id")
    ]
    assert len(receiver.ids) == 3


def test_no_event_overtakes_one_whose_follower_failed(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver)
    ticket = in_rocket.open_ticket()
    follow(in_rocket)
    respond(in_rocket, ticket)
    late = EventDelivery.objects.get(follower=claiming.FOLLOWER, event__kind="customer.responded")
    EventDelivery.objects.filter(pk=late.pk).update(next_try_at=NOON + HOUR)
    respond(in_rocket, ticket)
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    assert WebhookDelivery.objects.count() == 1
    send(hook)
    assert receiver.requests == 0
    follow(in_rocket, NOON + HOUR)
    send(hook, NOON + HOUR)
    events = [int(each.rpartition("_")[2]) for each in receiver.ids]
    assert len(events) == 2
    assert events == sorted(events)


def test_a_worker_killed_in_the_middle_sends_again_with_the_same_id(
    in_rocket: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = subscribe(in_rocket, receiver)
    respond(in_rocket, in_rocket.open_ticket())
    follow(in_rocket)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "store_result", die)
        patch.setattr(sending, "release_subscription", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            send(hook)
    send(hook, NOON + 30 * timedelta(seconds=1))  # the claim of the dead one is still there
    assert receiver.requests == 1
    later: datetime = NOON + 2 * MINUTE
    send(hook, later)
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)
