"""Which way a reply can take is known before it is sent, and the same rule refuses the others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from channels_intake.connections.contract import ReplyLimits, ReplyWay
from channels_intake.connections.outgoing.ways import (
    EMAIL,
    Way,
    choose_way,
    find_conversation,
    list_ways,
)
from channels_intake.models import Connection, Conversation
from helpdesk.agent.ticket_page.composing.channel_sql import select_conversation
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import TinyConnector, converse, deliver, list_parts
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.errors import InvalidValueError
from tickets.models import CloseReason, Message, Ticket
from tickets.services import change_requester, close, reply

DAY = timedelta(days=1)


def show_ways(ticket: Ticket, at: datetime = NOON) -> tuple[Way, ...]:
    return list_ways(find_conversation(ticket), ticket.contact, at=at)


def describe(ways: tuple[Way, ...]) -> list[tuple[str, bool]]:
    return [(way.key, not way.problem) for way in ways]


def refuse(cast: Cast, ticket: Ticket, **more: Any) -> InvalidValueError:
    given = {"ticket_id": ticket.pk, "agent": cast.analyst, "text": "Hello.", "at": NOON}
    with pytest.raises(InvalidValueError) as refused:
        reply(**given | more)
    assert not Message.objects.filter(ticket=ticket, agent=cast.analyst).exists()
    return refused.value


def test_a_ticket_without_a_conversation_is_answered_by_email(in_rocket: Cast) -> None:
    assert describe(show_ways(in_rocket.open_ticket())) == [(EMAIL, True)]


def test_a_conversation_comes_first_and_email_needs_an_address(
    in_rocket: Cast, bot: Connection
) -> None:
    known, _conversation = converse(in_rocket, bot, email="maria@new.example")
    assert describe(show_ways(known)) == [("channel", True), (EMAIL, True)]
    ticket, _conversation = converse(in_rocket, bot)
    assert describe(show_ways(ticket)) == [("channel", True), (EMAIL, False)]


def test_the_window_counts_from_the_customers_last_message(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.allow(window=DAY)
    ticket, _conversation = converse(in_rocket, bot, email="maria@new.example")
    assert show_ways(ticket)[0].closes_at == NOON + DAY
    assert describe(show_ways(ticket, NOON + DAY - timedelta(seconds=1)))[0] == ("channel", True)
    late = show_ways(ticket, NOON + DAY)
    assert describe(late) == [("channel", False), (EMAIL, True)]
    assert choose_way(late, "").key == EMAIL


def test_after_the_window_the_reply_is_emailed(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.allow(window=DAY)
    ticket, _conversation = converse(in_rocket, bot, email="maria@new.example")
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello.", at=NOON + 2 * DAY)
    mails = [mail for mail in deliver(in_rocket, NOON + 2 * DAY) if mail.kind == "reply"]
    assert [mail.to_address for mail in mails] == ["maria@new.example"]
    assert list_parts() == []


def test_without_an_open_way_the_reply_is_refused(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.allow(window=DAY)
    ticket, _conversation = converse(in_rocket, bot)
    refused = refuse(in_rocket, ticket, at=NOON + DAY)
    assert refused.field == "via"
    assert str(refused) == (
        "The reply can't be sent via Telegram. The time limit for replies has passed"
        " since the customer's last message."
    )


def test_a_connector_may_forbid_email_or_answers(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot, email="maria@new.example")
    vendor.allows_email = False
    assert describe(show_ways(ticket)) == [("channel", True), (EMAIL, False)]
    vendor.allows_email, vendor.takes_answers = True, False
    assert describe(show_ways(ticket)) == [(EMAIL, True)]


def test_a_refusal_says_where_to_answer(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.allow(refusal="This chat is encrypted.", refusal_url="https://x.example/chat")
    ticket, _conversation = converse(in_rocket, bot)
    way = show_ways(ticket)[0]
    assert (way.problem, way.url) == ("This chat is encrypted.", "https://x.example/chat")


def test_an_ended_conversation_takes_no_answer(in_rocket: Cast, bot: Connection) -> None:
    ticket, _conversation = converse(in_rocket, bot, ended_at=NOON)
    assert show_ways(ticket)[0].problem == "The conversation has ended."


def test_a_kind_without_a_connector_says_so(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    monkeypatch.setattr("channels_intake.connections.outgoing.ways.CONNECTORS", {})
    assert describe(show_ways(ticket)) == [("channel", False), (EMAIL, False)]


def test_one_of_several_ways_is_chosen(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.ways = (
        ReplyWay("public", "Comment", ReplyLimits(max_chars=8000)),
        ReplyWay("private", "Private message", ReplyLimits(max_chars=10), is_private=True),
    )
    ticket, _conversation = converse(in_rocket, bot, is_public=True)
    public, private, _email = show_ways(ticket)
    assert (public.is_public, private.is_public) == (True, False)
    assert choose_way(show_ways(ticket), "channel") == public
    refused = refuse(in_rocket, ticket, text="x" * 200, via="channel:private")
    assert refused.field == "text"
    reply(
        ticket_id=ticket.pk,
        agent=in_rocket.analyst,
        text="Hello.",
        via="channel:private",
        at=NOON,
    )
    deliver(in_rocket)
    assert len(list_parts()) == 1


@pytest.mark.parametrize(
    ("limits", "more", "field", "said"),
    [
        ({}, {"text": "x" * 201}, "text", "This reply would take 11 messages on Telegram."),
        ({"may_split": False}, {"text": "x" * 21}, "text", "up to 20 characters."),
        (
            {"max_files": 0},
            {"files": ["a"]},
            "files",
            "Telegram doesn't accept files in replies. Remove the files.",
        ),
        ({}, {"files": ["a", "b"]}, "files", "Telegram accepts up to 1 file per reply."),
        ({}, {"files": ["a" * 101]}, "files", "is too large for Telegram"),
    ],
)
def test_limits_are_checked_before_anything_is_stored(
    in_rocket: Cast,
    bot: Connection,
    vendor: TinyConnector,
    limits: dict[str, Any],
    more: dict[str, Any],
    field: str,
    said: str,
) -> None:
    vendor.allow(**limits)
    ticket, _conversation = converse(in_rocket, bot)
    if "files" in more:
        contents = [text.encode() for text in more["files"]]
        more = {"files": tuple(NewFile("a.txt", "text/plain", content) for content in contents)}
    refused = refuse(in_rocket, ticket, **more)
    assert refused.field == field
    assert said in str(refused)


def test_desks_without_a_connection_look_for_no_conversation(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(ticket: Ticket) -> None:
        raise AssertionError(ticket)

    monkeypatch.setattr("channels_intake.connections.outgoing.ways.find_conversation", fail)
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello.", at=NOON)
    assert Message.objects.filter(ticket=ticket, agent=in_rocket.analyst).exists()


def test_after_a_change_of_requester_the_reply_goes_to_the_new_one(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.takes_notices = True
    ticket, _conversation = converse(in_rocket, bot)
    by = Actor.of(in_rocket.analyst)
    change_requester(ticket_id=ticket.pk, contact=in_rocket.customer, by=by, at=NOON)
    ticket.refresh_from_db()
    assert describe(show_ways(ticket)) == [(EMAIL, True), ("channel", True)]
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Your PIN is 1.", at=NOON)
    close(ticket_id=ticket.pk, by=by, reason=CloseReason.SOLVED, at=NOON)
    mails = deliver(in_rocket)
    told = [mail.to_address for mail in mails if mail.kind in ("reply", "closed")]
    assert set(told) == {in_rocket.customer.email}
    assert list_parts() == []


def test_a_call_that_was_added_does_not_hide_the_chat(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, conversation = converse(in_rocket, bot)
    phone = Connection.objects.create(desk=in_rocket.desk, kind="calls", name="Phone")
    given = {"desk": in_rocket.desk, "connection": phone, "created_at": NOON}
    Conversation.objects.create(
        **given, external_id="call:1", ticket=ticket, window_from=NOON + DAY
    )
    assert find_conversation(ticket) == conversation
    [read] = select_conversation(ticket.pk).fetch()
    assert read == conversation
