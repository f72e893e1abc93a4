"""Real processes: a slow receiver delays nobody, a killed worker loses nothing, a poll waits."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytest
import requests
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.stack import Stack, eventually
from tests.webhooks.helpers import follow, respond, subscribe
from tests.webhooks.receiver import Handler, serve_receiver
from tickets.models import TicketEvent, WebhookDelivery, WebhookSubscription
from tickets.webhooks.storing import queue_webhooks

pytestmark = pytest.mark.django_db(transaction=True)
FLOOD = 5000


def test_five_thousand_events_for_a_slow_receiver_delay_no_other(
    stack: Stack, rocket: Cast, matter: Cast
) -> None:
    """Each of the slow one's responses takes until the test is over, or ten seconds."""
    is_over = threading.Event()

    def stall(handler: Handler) -> None:
        is_over.wait(15)
        handler.accept()

    with serve_receiver() as slow, serve_receiver() as fast:
        slow.always = stall
        with desk_scope(rocket.desk):
            flooded = subscribe(rocket, slow)
            ticket = rocket.open_ticket()
            respond(rocket, ticket)
            follow(rocket, timezone.now())
            event = TicketEvent.objects.get(kind="customer.responded")
            now = timezone.now()
            events = TicketEvent.objects.bulk_create(
                TicketEvent(desk=rocket.desk, ticket=ticket, kind=event.kind, at=now,
                            actor_kind="system", data=event.data)
                for _ in range(FLOOD)
            )  # fmt: skip
            WebhookDelivery.objects.bulk_create(
                WebhookDelivery(desk=rocket.desk, subscription=flooded, ticket=ticket, event=each,
                                kind=each.kind, next_try_at=now, created_at=now)
                for each in events
            )  # fmt: skip
            queue_webhooks(flooded)
        with desk_scope(matter.desk):
            subscribe(matter, fast)
            respond(matter, matter.open_ticket())
            follow(matter, timezone.now())
        stack.start_worker("--queues bulk,webhooks --concurrency 3")
        eventually(lambda: slow.requests, what="the slow receiver is asked")
        with desk_scope(matter.desk):
            for number in range(1, 4):
                eventually(lambda: len(fast.ids) == number, what="the other one gets its event")  # noqa: B023
                respond(matter, matter.open_ticket())
                follow(matter, timezone.now())
        assert slow.requests <= 3
        is_over.set()


def test_a_worker_killed_while_it_sends_loses_nothing(stack: Stack, rocket: Cast) -> None:
    was_asked, is_killed = threading.Event(), threading.Event()

    def hold(handler: Handler) -> None:
        was_asked.set()
        is_killed.wait(60)
        handler.accept()

    with serve_receiver() as receiver:
        receiver.answers.append(hold)
        with desk_scope(rocket.desk):
            hook = subscribe(rocket, receiver)
            for _ in range(3):
                respond(rocket, rocket.open_ticket())
            follow(rocket, timezone.now())
        stack.start_worker("--queues webhooks --concurrency 2")
        assert was_asked.wait(60)
        worker = stack.processes.pop("worker")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        is_killed.set()
        with desk_scope(rocket.desk):
            WebhookSubscription.objects.update(claimed_until=timezone.now())  # a minute later
        stack.start_worker("--queues webhooks --concurrency 2")
        with desk_scope(rocket.desk):
            queue_webhooks(WebhookSubscription.objects.get(pk=hook.pk))
            eventually(
                lambda: WebhookDelivery.objects.filter(state="delivered").count() == 3,
                what="all are delivered",
            )
        assert len(set(receiver.ids)) == 3
        assert len(receiver.ids) == 4  # the first one twice, with the same webhook-id


def test_a_long_poll_answers_when_something_happens(
    stack: Stack, rocket: Cast, sign_in: Any
) -> None:
    stack.start_web()
    client: Client = sign_in(rocket.analyst.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    url, cookies = f"{stack.url}/rocket/api/v1/events/", {settings.SESSION_COOKIE_NAME: session}
    found: list[Any] = []

    def poll() -> None:
        asked = {"after": "now", "wait": "25", "kinds": "customer.responded"}
        found.append(requests.get(url, asked, cookies=cookies, timeout=60))

    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    waiting = threading.Thread(target=poll)
    waiting.start()
    with desk_scope(rocket.desk):
        while waiting.is_alive():
            respond(rocket, ticket)
            waiting.join(1)
    [response] = found
    assert response.status_code == 200
    assert [event["type"] for event in response.json()["results"]][:1] == ["customer.responded"]
    empty = requests.get(url, {"after": "now", "wait": "1"}, cookies=cookies, timeout=60).json()
    assert empty["results"] == []
    refused = requests.get(url, {"after": "x", "wait": "9"}, cookies=cookies, timeout=60)
    assert refused.status_code == 400
