"""From Instagram to a ticket and back: direct messages and comments."""

from __future__ import annotations

import pytest

from channels_intake.models import ChannelEvent, ChannelMessage
from helpdesk.demo.vendors.meta import FakeMeta
from tests.connectors.instagram.conftest import ACCOUNT
from tests.connectors.journey import Line
from tickets.attachments.files import NewFile
from tickets.errors import InvalidValueError
from tickets.models import Message, Ticket, TicketEvent


def list_sent(fake: FakeMeta) -> list[tuple[str, str, str]]:
    messages = fake.books[ACCOUNT].messages
    return [(m.text, m.file, m.tag) for m in messages if m.is_from_place]


def test_a_direct_message_is_a_ticket_and_its_answer_is_seen(account: Line, fake: FakeMeta) -> None:
    account.act("message", name="Rosa Marques", text="The app crashes.")
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject) == ("instagram", "The app crashes.")
    assert ticket.priority == account.cast.default_priority
    assert ticket.contact.name == "Rosa Marques"
    account.wait(minutes=2)
    account.reply("Which version?")
    assert list_sent(fake) == [("Which version?", "", "")]
    assert account.states == ["sent"]
    account.act("read", name="Rosa Marques")
    assert account.states == ["read"]


def test_an_answer_is_split_by_its_bytes(account: Line, fake: FakeMeta) -> None:
    account.act("message", text="Olá?")
    account.reply("Não é possível. " * 90)
    sent = list_sent(fake)
    assert len(sent) > 1
    assert all(len(text.encode()) <= 1000 for text, _file, _tag in sent)
    assert set(account.states) == {"sent"}


def test_a_file_and_the_tag_of_a_person_after_a_day(account: Line, fake: FakeMeta) -> None:
    account.act("message", text="Hello?")
    account.wait(hours=30)
    account.reply("So.", NewFile("screen.png", "image/png", b"\x89PNG"))
    assert list_sent(fake) == [
        ("So.", "", "HUMAN_AGENT"),
        ("", "screen.png", "HUMAN_AGENT"),
    ]


def test_a_picture_that_is_too_large_is_refused_before_it_is_sent(account: Line) -> None:
    account.act("message", text="Hello?")
    with pytest.raises(InvalidValueError):
        account.reply("So.", NewFile("screen.png", "image/png", b"\x00" * (9 * 1024 * 1024)))


def test_a_comment_is_answered_publicly_or_privately(account: Line, fake: FakeMeta) -> None:
    comment = account.act("comment", name="Rosa Marques", text="It is down.")["id"]
    assert Ticket.objects.get().contact.name == "rosamarques"
    account.wait(minutes=1)
    account.reply("We are on it.", via="channel:public")
    [posted] = [one for one in fake.books[ACCOUNT].comments.values() if one.parent]
    assert (posted.parent, posted.author) == (comment, ACCOUNT)
    account.reply("What is your account?", via="channel:private")
    assert [text for text, _file, _tag in list_sent(fake)] == ["What is your account?"]
    account.wait(minutes=1)
    account.act("message", name="Rosa Marques", text="acme")
    assert Ticket.objects.count() == 1
    assert Message.objects.count() == 4


def test_a_public_answer_has_three_hundred_characters(account: Line) -> None:
    account.act("comment", text="It is down.")
    with pytest.raises(InvalidValueError):
        account.reply("x" * 301, via="channel:public")


def test_an_unsent_message_stays_and_that_is_noted(account: Line) -> None:
    account.act("message", text="It is red.")
    account.act("delete")
    assert Message.objects.get().body_text == "It is red."
    assert ChannelMessage.objects.get().state == "deleted"
    assert TicketEvent.objects.filter(kind="message.deleted").count() == 1


@pytest.mark.parametrize("action", ["message", "comment"])
def test_an_answer_whose_response_was_lost_is_sent_once(
    account: Line, fake: FakeMeta, action: str
) -> None:
    account.act(action, text="Hello?")
    fake.loses_answers = True
    account.reply("Hello.")
    fake.loses_answers = False
    account.wait(minutes=1)
    account.send()
    assert account.states == ["sent"]
    book = fake.books[ACCOUNT]
    sent = [m for m in book.messages if m.is_from_place]
    posted = [c for c in book.comments.values() if c.parent]
    assert len(sent) + len(posted) == 1


@pytest.mark.parametrize("action", ["message", "comment", "like", "delete", "echo"])
def test_each_event_twice_changes_nothing_more(account: Line, fake: FakeMeta, action: str) -> None:
    account.act("message", text="Hello?")
    account.act(action, text="Again.")
    before = (Message.objects.count(), TicketEvent.objects.count())
    account.wait(days=365)
    assert fake.repeat() == 200
    account.arrive()
    assert (Message.objects.count(), TicketEvent.objects.count()) == before


def test_a_wrong_signature_stores_nothing(account: Line, fake: FakeMeta) -> None:
    fake.get_place({}).app_secret = "another"
    assert fake.play("message", {"text": "Hello?"})["status"] == 401
    assert not ChannelEvent.objects.exists()
