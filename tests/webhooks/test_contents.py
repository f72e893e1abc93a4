"""What leaves the desk: by kinds, filters, size and format, and never internal text unasked."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError

from tests.cast import NOON, Cast
from tests.webhooks.helpers import follow, respond, send, subscribe
from tests.webhooks.receiver import Receiver
from tickets.events import EventKind
from tickets.models import Channel, FormField, Ticket, WebhookDelivery
from tickets.services import add_note, reply
from tickets.webhooks.kinds import CATALOG, is_internal, list_public_kinds
from tickets.webhooks.subscriptions import check_filters, check_kinds

SECRET_WORD = "plumbago"


def test_every_kind_has_a_name_and_is_public_or_not() -> None:
    assert set(CATALOG) == set(EventKind)
    assert len({str(known.name) for known in CATALOG.values()}) == len(CATALOG)
    assert is_internal("of.another_version")
    assert not [kind for kind in list_public_kinds() if kind.startswith(("note.", "side."))]


def write_everything(cast: Cast) -> Ticket:
    """Write internal text in every place of a ticket that a webhook could take it from."""
    FormField.objects.create(desk=cast.desk, key="private", label="Private", is_asked=False)
    FormField.objects.create(desk=cast.desk, key="public", label="Public")
    cast.desk.refresh_from_db()
    ticket = cast.open_ticket(subject="Printer <on> fire & smoke")
    Ticket.objects.filter(pk=ticket.pk).update(fields={"private": SECRET_WORD, "public": "shown"})
    add_note(ticket_id=ticket.pk, agent=cast.analyst, text=SECRET_WORD, at=NOON)
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Try again.", then="waiting", at=NOON)
    respond(cast, ticket, "It works.")
    return ticket


def test_a_full_payload_has_the_ticket_and_the_message_and_nothing_internal(
    in_rocket: Cast, receiver: Receiver
) -> None:
    hook = subscribe(in_rocket, receiver, kinds=[], payload="full")
    ticket = write_everything(in_rocket)
    follow(in_rocket)
    send(hook)
    assert {"ticket.opened", "agent.replied", "customer.responded"} <= set(receiver.kinds)
    assert not [kind for kind in receiver.kinds if is_internal(kind)]
    assert SECRET_WORD not in json.dumps(receiver.bodies)
    [replied] = [body for body in receiver.bodies if body["type"] == "agent.replied"]
    assert replied["data"]["message"]["text"] == "Try again."
    assert replied["data"]["event"]["actor"]["name"] == in_rocket.analyst.name
    shown = replied["data"]["ticket"]
    assert (shown["number"], shown["fields"]) == (ticket.number, {"public": "shown"})
    assert shown["contact"]["email"] == in_rocket.customer.email


def test_internal_notes_are_sent_if_the_subscription_says_so(
    in_rocket: Cast, receiver: Receiver
) -> None:
    hook = subscribe(
        in_rocket, receiver, kinds=["note.added"], payload="full", includes_internal=True
    )
    write_everything(in_rocket)
    follow(in_rocket)
    send(hook)
    [body] = receiver.bodies
    assert body["data"]["note"]["text"] == SECRET_WORD
    assert body["data"]["ticket"]["fields"]["private"] == SECRET_WORD


def test_internal_requests_are_internal_as_a_whole(in_rocket: Cast, receiver: Receiver) -> None:
    subscribe(in_rocket, receiver, kinds=[])
    in_rocket.open_ticket(channel=Channel.INTERNAL)
    follow(in_rocket)
    assert not WebhookDelivery.objects.exists()


def test_a_thin_payload_names_ids_only(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver, kinds=["agent.replied", "ticket.opened"])
    write_everything(in_rocket)
    follow(in_rocket)
    send(hook)
    said = json.dumps(receiver.bodies)
    assert len(receiver.bodies) == 2
    for word in ("Printer", "Try again", in_rocket.customer.email, in_rocket.analyst.name):
        assert word not in said


def test_filters_pick_tickets(in_rocket: Cast, matter: Cast, receiver: Receiver) -> None:
    low = in_rocket.priorities["Low"]
    filters = check_filters({"priority": str(low.pk)}, desk_id=in_rocket.desk.pk)
    hook = subscribe(in_rocket, receiver, kinds=["ticket.opened"], filters=filters)
    in_rocket.open_ticket()
    wanted = in_rocket.open_ticket(priority=low)
    follow(in_rocket)
    send(hook)
    assert [body["data"]["ticket"]["number"] for body in receiver.bodies] == [wanted.number]
    for wrong in (
        {"priority": str(matter.priorities["Low"].pk)},
        {"assignee": "me"},
        {"needs": "unread"},
        {"priority": "x"},
        {"priority": 3},
    ):
        with pytest.raises(ValidationError):
            check_filters(wrong, desk_id=in_rocket.desk.pk)


def test_internal_kinds_need_the_choice() -> None:
    with pytest.raises(ValidationError):
        check_kinds(["note.added"], includes_internal=False)
    with pytest.raises(ValidationError):
        check_kinds(["ticket.exploded"], includes_internal=True)
    given = ["note.added", "ticket.opened", "ticket.opened"]
    assert check_kinds(given, includes_internal=True) == ["ticket.opened", "note.added"]


def test_a_flat_payload_has_one_level(in_rocket: Cast, receiver: Receiver) -> None:
    hook = subscribe(in_rocket, receiver, format="flat", payload="full", kinds=["agent.replied"])
    ticket = write_everything(in_rocket)
    follow(in_rocket)
    send(hook)
    [body] = receiver.bodies
    assert not [value for value in body.values() if isinstance(value, dict | list)]
    assert body["type"] == "agent.replied"
    assert body["ticket_number"] == ticket.number
    assert body["message_text"] == "Try again."
    assert body["ticket_fields_public"] == "shown"


def test_a_chat_gets_a_message_without_markup_of_customers(
    in_rocket: Cast, receiver: Receiver
) -> None:
    hook = subscribe(in_rocket, receiver, format="slack", payload="full")
    ticket = write_everything(in_rocket)
    respond(in_rocket, ticket, "<!channel> & more\n" + "x" * 900)
    follow(in_rocket)
    receiver.always = lambda handler: (
        receiver.bodies.append(json.loads(handler.given)),
        handler.respond(200, b"ok"),
    )[0]
    send(hook)
    first, second = (body["text"] for body in receiver.bodies)
    assert set(receiver.bodies[0]) == {"text"}
    head, quoted = first.splitlines()
    assert head.endswith("> Customer replied: Printer &lt;on&gt; fire &amp; smoke")
    assert f"|{ticket.reference}>" in head
    assert quoted == "> It works."
    assert "> &lt;!channel&gt; &amp; more" in second
    assert second.endswith("…")
