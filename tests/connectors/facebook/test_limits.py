"""What Facebook takes as an answer is checked before it is sent, and what it refuses is said."""

from __future__ import annotations

import pytest

from channels_intake.connections.outgoing.ways import find_conversation, list_ways
from channels_intake.models import ChannelMessage
from helpdesk.demo.vendors.meta import FakeMeta
from tests.connectors.journey import Line
from tickets.errors import InvalidValueError
from tickets.models import Ticket, TicketEvent


def list_sent(page: Line) -> list[tuple[str, str]]:
    messages = page.fake.books[page.connection.external_id].messages
    return [(m.text, m.tag) for m in messages if m.is_from_place]


def test_a_long_answer_is_sent_in_parts(page: Line) -> None:
    page.act("message", text="Hello?")
    page.reply("Word. " * 500)
    sent = list_sent(page)
    assert len(sent) == 2
    assert all(len(text) <= 2000 for text, _tag in sent)
    assert page.states == ["sent", "sent"]


def test_a_person_answers_with_the_tag_after_a_day(page: Line) -> None:
    page.act("message", text="Hello?")
    page.wait(hours=25)
    page.reply("Good morning.")
    assert list_sent(page) == [("Good morning.", "HUMAN_AGENT")]
    assert page.states == ["sent"]


def test_an_app_without_the_tag_says_so_on_the_answer(page: Line, fake: FakeMeta) -> None:
    fake.has_human_agent = False
    page.act("message", text="Hello?")
    page.wait(hours=25)
    page.reply("Good morning.")
    assert page.states == ["failed"]
    part = ChannelMessage.objects.get(direction="out")
    assert part.problem == "Application does not have permission for this action (10)"


def test_after_seven_days_the_answer_is_refused_before_it_is_sent(page: Line) -> None:
    page.act("message", text="Hello?")
    page.wait(days=7)
    with pytest.raises(InvalidValueError):
        page.reply("Good morning.", via="channel")
    assert list_sent(page) == []


def test_a_private_answer_is_offered_once_and_for_seven_days(page: Line) -> None:
    page.act("comment", text="It is down.")
    ticket = Ticket.objects.get()

    def list_open() -> list[str]:
        conversation = find_conversation(ticket)
        ways = list_ways(conversation, ticket.contact, at=page.at)
        return [way.key for way in ways if not way.problem]

    assert list_open() == ["channel:public", "channel:private"]
    page.wait(minutes=1)
    page.reply("Hello.", via="channel:private")
    assert list_open() == ["channel:public"]
    page.wait(minutes=1)
    page.act("comment", text="Still down.")


def test_a_comment_that_is_too_long_is_refused(page: Line) -> None:
    page.act("comment", text="It is down.")
    with pytest.raises(InvalidValueError):
        page.reply("x" * 8001, via="channel:public")


def test_a_person_who_blocked_the_page_is_a_failed_answer(page: Line) -> None:
    page.act("message", text="Hello?")
    page.act("block")
    page.reply("Hello.")
    assert page.states == ["failed"]
    part = ChannelMessage.objects.get(direction="out")
    assert part.problem == "This person isn't available right now. (551/1545041)"
    assert TicketEvent.objects.filter(kind="channel.failed").count() == 1


def test_a_second_private_answer_at_once_is_refused_by_facebook(page: Line, fake: FakeMeta) -> None:
    page.act("comment", text="It is down.")
    [comment] = fake.books[page.connection.external_id].comments.values()
    comment.is_answered_privately = True  # by somebody on Facebook itself
    page.reply("Hello.", via="channel:private")
    assert page.states == ["failed"]
    assert ChannelMessage.objects.get(direction="out").problem == (
        "Activity already replied to (10900)"
    )
