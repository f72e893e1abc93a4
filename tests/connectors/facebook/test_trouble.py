"""Outages, limits, expired tokens and lost responses: nothing is lost, and nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from channels_intake.models import ChannelEvent, ChannelMessage, Connection, OutgoingCall
from helpdesk.demo.vendors.meta import FakeMeta
from tests.connectors.journey import Line
from tickets.models import Message, Ticket, TicketEvent
from tickets.services import reply


def list_sent(page: Line) -> list[str]:
    messages = page.fake.books[page.connection.external_id].messages
    return [m.text for m in messages if m.is_from_place]


def send_until(page: Line, minutes: int) -> None:
    for _minute in range(minutes):
        page.wait(minutes=1)
        page.send()


def test_an_outage_of_an_hour_delays_the_answer_only(page: Line, fake: FakeMeta) -> None:
    page.act("message", text="Hello?")
    fake.is_down = True
    page.reply("Hello.")
    send_until(page, 60)
    assert page.states == ["queued"]
    assert Connection.objects.get().problem
    fake.is_down = False
    send_until(page, 16)
    assert (page.states, list_sent(page)) == (["sent"], ["Hello."])
    assert Connection.objects.get().problem == ""


def test_a_rate_limit_is_waited_for_as_long_as_meta_says(page: Line, fake: FakeMeta) -> None:
    page.act("message", text="Hello?")
    fake.minutes_blocked = 19
    page.reply("Hello.")
    call = OutgoingCall.objects.get()
    assert (call.next_try_at - page.at).total_seconds() == 19 * 60
    fake.minutes_blocked = 0
    page.wait(minutes=18)
    page.send()
    assert page.states == ["queued"]
    page.wait(minutes=1)
    page.send()
    assert page.states == ["sent"]


def test_an_expired_token_is_the_connections_problem_and_answers_wait(
    page: Line, fake: FakeMeta
) -> None:
    page.act("message", text="Hello?")
    fake.get_place({}).is_expired = True
    page.reply("Hello.")
    problem = Connection.objects.get().problem
    assert problem == "Error validating access token: Session has expired. (190/463)"
    page.act("message", text="Are you there?")  # messages still come in
    assert Message.objects.filter(contact__isnull=False).count() == 2
    fake.get_place({}).is_expired = False
    send_until(page, 16)
    assert list_sent(page) == ["Hello."]
    assert Connection.objects.get().problem == ""


def test_a_missing_permission_for_comments_holds_no_message_up(page: Line, fake: FakeMeta) -> None:
    fake.has_comments = False
    page.act("comment", name="Ana", text="It is down.")
    page.reply("We are on it.")
    problem = "Application does not have permission for this action (200)"
    assert (page.states, Connection.objects.get().problem) == (["queued"], problem)
    Ticket.objects.update(subject="A comment")
    page.act("message", name="João", text="Hello?")
    ticket = Ticket.objects.exclude(subject="A comment").get()
    reply(ticket_id=ticket.pk, agent=page.cast.analyst, text="Hello.", at=page.at)
    page.send()
    assert list_sent(page) == ["Hello."]
    fake.has_comments = True
    send_until(page, 16)
    assert page.states == ["sent", "sent"]


@pytest.mark.parametrize("action", ["message", "comment"])
def test_an_answer_whose_response_was_lost_is_sent_once(
    page: Line, fake: FakeMeta, action: str
) -> None:
    page.act(action, text="Hello?")
    fake.loses_answers = True
    page.reply("Hello.")
    assert page.states == ["queued"]
    fake.loses_answers = False
    send_until(page, 2)
    assert page.states == ["sent"]
    book = fake.books[page.connection.external_id]
    sent = [m.mid for m in book.messages if m.is_from_place]
    posted = [c.comment_id for c in book.comments.values() if c.parent]
    assert [ChannelMessage.objects.get(direction="out").external_id] == [*sent, *posted]


def test_an_echo_of_an_answer_whose_response_was_lost_is_that_answer(
    page: Line, fake: FakeMeta
) -> None:
    page.act("message", text="Hello?")
    fake.loses_answers = True
    page.reply("Hello.")
    fake.loses_answers = False
    fake.send_echo(fake.get_place({}), fake.books[page.connection.external_id].messages[-1])
    page.arrive()
    send_until(page, 2)
    assert (page.states, list_sent(page)) == (["sent"], ["Hello."])
    assert Message.objects.count() == 2


def test_the_same_text_sent_before_is_no_answer_that_was_lost(page: Line, fake: FakeMeta) -> None:
    page.act("message", text="Hello?")
    page.reply("Hello.")
    fake.is_down = True
    page.reply("Hello.")
    fake.is_down = False
    send_until(page, 2)
    assert list_sent(page) == ["Hello.", "Hello."]
    assert page.states == ["sent", "sent"]


Act = Callable[[FakeMeta, Any, str], Any]
ACTS: dict[str, Act] = {
    "message": lambda fake, place, person: fake.write(place, person, "Again."),
    "comment": lambda fake, place, person: fake.comment(place, person, "Again."),
    "edit": lambda fake, place, person: fake.edit(place, person, "Changed."),
    "echo": lambda fake, place, person: fake.write_there(place, person, "From the page."),
    "like": lambda fake, place, person: fake.send_like(place, person),
    "postback": lambda fake, place, person: fake.tap(place, person, "Talk to a person"),
}


@pytest.mark.parametrize("name", ACTS)
def test_each_event_twice_changes_nothing_more(page: Line, fake: FakeMeta, name: str) -> None:
    page.act("message", text="Hello?")
    place = fake.get_place({})
    ACTS[name](fake, place, fake.add_person(place, "Rosa Marques"))
    page.arrive()
    before = (Message.objects.count(), TicketEvent.objects.count(), Ticket.objects.count())
    assert fake.repeat() == 200
    page.arrive()
    page.wait(days=365)
    assert fake.repeat() == 200
    page.arrive()
    after = (Message.objects.count(), TicketEvent.objects.count(), Ticket.objects.count())
    assert after == before


def test_an_edit_that_comes_first_waits_for_its_message(page: Line, fake: FakeMeta) -> None:
    page.act("message", text="Hello?")
    place = fake.get_place({})
    person = fake.add_person(place, "Rosa Marques")
    fake.deliver = lambda *_: 0  # type: ignore[method-assign]  # nothing gets through
    fake.write(place, person, "It is red.")
    fake.edit(place, person, "It is green.")
    fake.deliver = page.take  # type: ignore[method-assign]
    written, edited = fake.sent[-2:]
    fake.repeat(edited)
    page.arrive()
    assert Message.objects.count() == 1
    fake.repeat(written)
    page.wait(seconds=5)
    page.arrive()
    assert Message.objects.count() == 2
    assert TicketEvent.objects.filter(kind="message.edited").count() == 1
    assert not ChannelEvent.objects.filter(state="received").exists()


def test_a_wrong_signature_stores_nothing(page: Line, fake: FakeMeta) -> None:
    fake.get_place({}).app_secret = "another"
    assert fake.play("message", {"text": "Hello?"})["status"] == 401
    assert not ChannelEvent.objects.exists()


def test_a_broken_body_with_the_right_signature_is_set_aside(page: Line, fake: FakeMeta) -> None:
    place = fake.get_place({})
    fake.notify(place, {"object": "page", "entry": [{"id": place.external_id, "messaging": [{}]}]})
    fake.notify(place, {"object": "user"})
    message = {"message": {"mid": 7, "text": ["no", "text"]}}
    entry = {"id": place.external_id, "messaging": [message]}
    fake.notify(place, {"object": "page", "entry": [entry]})
    page.arrive()
    found = ChannelEvent.objects.order_by("pk").values_list("state", "reason")
    assert list(found) == [
        ("set_aside", "unknown_event"),
        ("set_aside", "unreadable"),
        ("set_aside", "unreadable"),
    ]
    assert not Ticket.objects.exists()
