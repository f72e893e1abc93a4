"""A person who was erased is in no stored answer and in no later request."""

from __future__ import annotations

import json

from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.webhooks.helpers import follow, respond, send, subscribe
from tests.webhooks.receiver import Receiver, status
from tickets.models import WebhookDelivery
from tickets.webhooks.replaying import start_replay


def test_an_erased_person_vanishes(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver, payload="full")
    respond(in_rocket, in_rocket.open_ticket(), "My name is Isolde")
    follow(in_rocket)
    receiver.answers.append(status(200, b'{"you sent": "My name is Isolde"}'))
    send(hook)
    assert "Isolde" in WebhookDelivery.objects.get().answer
    assert "Isolde" not in json.dumps(list(WebhookDelivery.objects.values("log", "sha256")))
    in_rocket.desk.refresh_from_db()
    erase_person(desk=in_rocket.desk, contact=in_rocket.customer, by=in_rocket.admin, at=NOON)
    assert WebhookDelivery.objects.get().answer == "[erased]"
    start_replay(hook, by=in_rocket.admin, at=NOON, event_id=1)
    send(hook)
    [body] = receiver.bodies
    assert "Isolde" not in json.dumps(body)
    assert in_rocket.customer.email not in json.dumps(body)
