"""Events are sent again: one by a click, or all from an event or a time on."""

from __future__ import annotations

from accounts.models import AuditEntry, Desk
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.webhooks.helpers import HOUR, follow, respond, send, subscribe
from tests.webhooks.receiver import Receiver, status
from tickets.models import OutboxState, WebhookDelivery
from tickets.webhooks import replaying
from tickets.webhooks.replaying import send_again, start_replay
from tickets.webhooks.retention import delete_old_deliveries


def test_two_clicks_send_an_event_again_once(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver)
    respond(in_rocket, in_rocket.open_ticket())
    follow(in_rocket)
    send(hook)
    delivery = WebhookDelivery.objects.get()
    assert send_again(delivery, attempts=1, at=NOON)
    assert not send_again(delivery, attempts=1, at=NOON)
    send(hook)
    assert not send_again(delivery, attempts=1, at=NOON)
    send(hook)
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


def test_a_click_ends_the_pause_of_a_receiver(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver)
    respond(in_rocket, in_rocket.open_ticket())
    follow(in_rocket)
    receiver.answers.append(status(503, Retry_After="7200"))
    send(hook)
    assert send_again(WebhookDelivery.objects.get(), attempts=1, at=NOON)
    send(hook)
    assert len(receiver.ids) == 1


def test_a_replay_sends_everything_from_an_event_on_in_order(
    in_rocket: Cast, matter: Cast, receiver: Receiver, monkeypatch: object
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 2)  # type: ignore[attr-defined]
    hook = subscribe(in_rocket, receiver)
    tickets = [in_rocket.open_ticket(), in_rocket.open_ticket()]
    for number in range(6):
        respond(in_rocket, tickets[number % 2], at=NOON + number * HOUR)
        follow(in_rocket, NOON + number * HOUR)
    at = NOON + 6 * HOUR
    send(hook, at)
    first = list(receiver.ids)
    second = WebhookDelivery.objects.order_by("event_id")[1]
    with desk_scope(matter.desk):
        respond(matter, matter.open_ticket())
    start_replay(hook, by=in_rocket.admin, at=at, event_id=second.event_id)
    respond(in_rocket, tickets[0], at=at)  # while it is being prepared
    follow(in_rocket, at)
    send(hook, at)
    again = receiver.ids[6:]
    assert again[:5] == first[1:]
    assert len(again) == 6
    assert AuditEntry.objects.filter(detail__replay_from=second.event_id).count() == 1


def test_a_replay_from_a_time_brings_back_what_was_deleted_by_age(
    in_rocket: Cast, receiver: Receiver
) -> None:
    hook = subscribe(in_rocket, receiver)
    ticket = in_rocket.open_ticket()
    for number in range(4):
        respond(in_rocket, ticket, at=NOON + number * HOUR)
        follow(in_rocket, NOON + number * HOUR)
    at = NOON + 4 * HOUR
    send(hook, at)
    first = list(receiver.ids)
    much_later = NOON + 91 * 24 * HOUR
    assert Desk.objects.get(pk=in_rocket.desk.pk).webhook_days == 90
    assert delete_old_deliveries(desk_id=in_rocket.desk.pk, at=NOON + 89 * 24 * HOUR) == 0
    assert delete_old_deliveries(desk_id=in_rocket.desk.pk, at=much_later) == 4
    start_replay(hook, by=in_rocket.admin, at=much_later, since=NOON + 2 * HOUR)
    send(hook, much_later)
    assert receiver.ids[4:] == first[2:]
    assert not WebhookDelivery.objects.filter(state=OutboxState.WAITING).exists()
