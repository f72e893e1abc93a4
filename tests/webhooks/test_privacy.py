"""A person who was erased is in no stored answer and in no later request."""

from __future__ import annotations

import json
from typing import Any

from accounts.models import Agent
from accounts.tenancy import desk_scope
from helpdesk.privacy.agents import erase_agent
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import run_mail  # noqa: F401 (a fixture)
from tests.side_conversations.conftest import start
from tests.webhooks.helpers import follow, respond, send, subscribe
from tests.webhooks.receiver import Receiver, status
from tickets.models import WebhookDelivery
from tickets.services import reply
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


def test_a_person_of_a_side_conversation_vanishes(
    rocket: Cast,
    receiver: Receiver,
    run_mail: Any,  # noqa: F811
) -> None:
    """And their address from what was responded about other tickets; nothing else does."""
    colleague = rocket.customer_colleague
    side = start(rocket, run_mail, colleague.email)
    with desk_scope(rocket.desk):
        hook = subscribe(rocket, receiver, includes_internal=True)
        other = rocket.open_ticket()
        for ticket in (side.ticket, other):
            respond(rocket, ticket)
        follow(rocket)
        receiver.answers.append(status(200, b"Isolde"))
        receiver.answers.append(status(200, f"Isolde {colleague.email}".encode()))
        send(hook)
        erase_person(desk=rocket.desk, contact=colleague, by=rocket.admin, at=NOON)
        assert WebhookDelivery.objects.get(ticket=side.ticket).answer == "[erased]"
        assert WebhookDelivery.objects.get(ticket=other).answer == "Isolde [erased]"


def test_an_erased_agent_vanishes(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver, kinds=["agent.replied"], payload="full")
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try again.", then="waiting", at=NOON)
    follow(in_rocket)
    receiver.answers.append(status(200, in_rocket.analyst.name.encode()))
    send(hook)
    assert WebhookDelivery.objects.get().answer == in_rocket.analyst.name
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(is_active=False)
    erase_agent(desk=in_rocket.desk, agent=in_rocket.analyst, by=in_rocket.admin, at=NOON)
    assert WebhookDelivery.objects.get().answer == "[erased]"
