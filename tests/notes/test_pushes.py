"""Notifications on devices: encrypted, signed, once, on shift, with no word too many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings

from accounts.models import Agent
from helpdesk.notify import pushes, wanted
from helpdesk.notify.keys import get_server_key
from helpdesk.notify.pushes import send_due_pushes
from helpdesk.notify.web_push import Outcome, Result
from routing.models import Shift
from tests.cast import NOON, Cast
from tests.departments import close_department
from tests.notes.push_fake import Browser, PushFake, serve_pushes
from tickets.deliveries import deliver_due
from tickets.models import Notification, NotificationPush, PushSubscription, Ticket, Topic
from tickets.notifications import mark_all_read
from tickets.notify.choosing import Choices, Ways, get_choices, set_choices
from tickets.notify.devices import MAX_DEVICES, add_device, remove_device
from tickets.services import add_note

NIGHT = NOON.replace(hour=5)  # 2:00 AM in São Paulo


@pytest.fixture
def service() -> Iterator[PushFake]:
    with serve_pushes() as fake:
        yield fake


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    by_day = {"start_minute": 12 * 60, "end_minute": 20 * 60}
    Shift.objects.filter(agent=in_rocket.colleague).update(**by_day)
    return in_rocket.open_ticket(subject="Secret subject", at=NIGHT)


def want(agent: Agent, *, waits_for_shift: bool = False) -> None:
    ways = {topic: Ways(True, False, by_push=True) for topic in get_choices(agent).ways}
    set_choices(agent=agent, choices=Choices(ways, waits_for_shift=waits_for_shift))


def add(agent: Agent, service: PushFake) -> Browser:
    browser = service.subscribe(get_server_key().public)
    add_device(agent=agent, **browser.form, server_key=browser.server_key, name="Firefox", at=NOON)
    return browser


def mention(cast: Cast, ticket: Ticket, *, times: int = 1) -> None:
    for count in range(times):
        text = f"@{cast.colleague.name} look {count}"
        add_note(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=NOON)
    deliver_due(desk_id=cast.desk.pk, at=NOON)


def send(cast: Cast, *, after: timedelta = timedelta(0)) -> None:
    send_due_pushes(desk_id=cast.desk.pk, at=NOON + after)


def test_a_device_shows_the_number_and_the_kind_only(
    in_rocket: Cast, ticket: Ticket, service: PushFake
) -> None:
    want(in_rocket.colleague)
    browsers = [add(in_rocket.colleague, service) for _ in range(2)]
    not_mine = add(in_rocket.lead, service)
    mention(in_rocket, ticket)
    send(in_rocket)
    send(in_rocket)
    for browser in browsers:
        (shown,) = browser.shown
        assert (shown["title"], shown["body"]) == ("RC-1001", "You were mentioned in a note.")
        assert shown["url"].endswith(f"/rocket/agent/tickets/{ticket.number}/")
        told = json.dumps(shown)
        assert "Secret" not in told
        assert "look" not in told
        assert in_rocket.analyst.name not in told
        assert browser.urgencies == ["normal"]
    assert not_mine.shown == []
    assert not NotificationPush.objects.exists()


def test_nobody_gets_any_without_having_chosen(
    in_rocket: Cast, ticket: Ticket, service: PushFake
) -> None:
    browser = add(in_rocket.colleague, service)
    mention(in_rocket, ticket)
    send(in_rocket)
    assert browser.shown == []
    assert Notification.objects.filter(agent=in_rocket.colleague).exists()


def test_many_at_once_are_one_message(in_rocket: Cast, ticket: Ticket, service: PushFake) -> None:
    want(in_rocket.colleague)
    browser = add(in_rocket.colleague, service)
    mention(in_rocket, ticket, times=7)
    send(in_rocket)
    assert [shown["body"] for shown in browser.shown] == ["7 new notifications"]


def test_they_wait_for_the_shift_except_for_emergencies(
    in_rocket: Cast, ticket: Ticket, service: PushFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shift.objects.filter(agent=in_rocket.colleague).update(start_minute=18 * 60)
    want(in_rocket.colleague, waits_for_shift=True)
    browser = add(in_rocket.colleague, service)
    mention(in_rocket, ticket)
    send(in_rocket)
    waiting = NotificationPush.objects.get()
    assert waiting.due_at > NOON
    assert (browser.shown, waiting.attempts) == ([], 0)
    service.now = waiting.due_at
    send_due_pushes(desk_id=in_rocket.desk.pk, at=waiting.due_at)
    assert len(browser.shown) == 1
    mention(in_rocket, ticket)
    monkeypatch.setattr(wanted, "URGENT", frozenset({Topic.MENTION}))
    service.now = NOON
    send(in_rocket)
    assert len(browser.shown) == 2


def test_what_is_read_hidden_or_of_someone_who_left_is_not_sent(
    in_rocket: Cast, ticket: Ticket, service: PushFake
) -> None:
    want(in_rocket.colleague)
    browser = add(in_rocket.colleague, service)
    mention(in_rocket, ticket)
    mark_all_read(agent=in_rocket.colleague, at=NOON + timedelta(seconds=1))
    send(in_rocket)
    mention(in_rocket, ticket)
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    send(in_rocket)
    Agent.objects.filter(pk=in_rocket.colleague.pk).update(is_active=False)
    send(in_rocket)
    assert (browser.shown, service.asked) == ([], 0)
    assert not NotificationPush.objects.exists()


@pytest.mark.parametrize("status", [404, 410])
def test_an_ended_subscription_is_removed(
    in_rocket: Cast, ticket: Ticket, service: PushFake, status: int
) -> None:
    want(in_rocket.colleague)
    ended, other = add(in_rocket.colleague, service), add(in_rocket.colleague, service)
    mention(in_rocket, ticket)
    service.next_answers.append((status, {}))
    send(in_rocket)
    (kept,) = PushSubscription.objects.all()
    assert kept.endpoint in (ended.endpoint, other.endpoint)
    assert len(ended.shown) + len(other.shown) == 1
    assert not NotificationPush.objects.exists()


def test_a_busy_service_is_asked_again_when_it_says(
    in_rocket: Cast, ticket: Ticket, service: PushFake
) -> None:
    want(in_rocket.colleague)
    browser = add(in_rocket.colleague, service)
    mention(in_rocket, ticket, times=2)
    service.next_answers.append((429, {"Retry-After": "90"}))
    send(in_rocket)
    assert service.asked == 1  # the second waits, too
    send(in_rocket, after=timedelta(seconds=29))
    assert service.asked == 1
    send(in_rocket, after=timedelta(seconds=91))
    assert len(browser.shown) == 2
    mention(in_rocket, ticket)
    for pause in range(7):  # a service that stays broken
        service.next_answers.append((503, {}))
        send(in_rocket, after=timedelta(days=1, hours=2 * pause))
    assert service.asked == 3 + 6
    assert not NotificationPush.objects.exists()
    assert PushSubscription.objects.count() == 1


def test_keys_outlive_a_rotation_and_end_with_their_secret(
    in_rocket: Cast, ticket: Ticket, service: PushFake
) -> None:
    want(in_rocket.colleague)
    with override_settings(SECRET_KEY="the key of before"):
        browser = add(in_rocket.colleague, service)
    mention(in_rocket, ticket)
    with override_settings(SECRET_KEY_FALLBACKS=["the key of before"]):
        send(in_rocket)
    assert len(browser.shown) == 1
    mention(in_rocket, ticket)
    send(in_rocket)
    assert (len(browser.shown), service.asked) == (1, 1)
    assert not PushSubscription.objects.exists()


def test_a_browser_belongs_to_who_added_it_last(
    in_rocket: Cast, ticket: Ticket, service: PushFake
) -> None:
    want(in_rocket.colleague)
    browser = add(in_rocket.colleague, service)
    mention(in_rocket, ticket)
    add_device(
        agent=in_rocket.lead, **browser.form, server_key=browser.server_key, name="F", at=NOON
    )
    send(in_rocket)
    assert browser.shown == []
    mine = PushSubscription.objects.get()
    assert mine.agent == in_rocket.lead
    assert not remove_device(agent=in_rocket.colleague, device_id=mine.pk)
    for _ in range(MAX_DEVICES + 2):
        add(in_rocket.lead, service)
    assert PushSubscription.objects.filter(agent=in_rocket.lead).count() == MAX_DEVICES


def test_slow_services_of_one_agent_take_no_worker_for_minutes(
    in_rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    want(in_rocket.colleague)
    for number in range(MAX_DEVICES):
        add_device(
            agent=in_rocket.colleague,
            endpoint=f"https://push{number}.example/1",
            public_key="",
            auth_secret="",
            server_key="",
            name="",
            at=NOON,
        )
    mention(in_rocket, ticket)
    asked: list[PushSubscription] = []

    def time_out(subscription: PushSubscription, *_args: object, **_facts: object) -> Outcome:
        asked.append(subscription)
        return Outcome(Result.LATER)

    monkeypatch.setattr(pushes, "send_push", time_out)
    send(in_rocket)
    assert len(asked) == pushes.MAX_BUSY
    attempts = NotificationPush.objects.order_by("attempts").values_list("attempts", flat=True)
    assert sorted(attempts) == [0] * (MAX_DEVICES - pushes.MAX_BUSY) + [1] * pushes.MAX_BUSY
    assert not NotificationPush.objects.filter(due_at__lte=NOON).exists()
