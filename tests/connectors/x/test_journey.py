"""From X to the ticket and back: mentions, direct messages, encrypted chats, and failures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone

from accounts.models import ContactHandle
from accounts.tenancy import desk_scope
from channels_intake.connections.joining import join_handle
from channels_intake.connections.outgoing.ways import CHANNEL, list_ways
from channels_intake.connectors.x.connector import XConnector
from channels_intake.models import (
    ChannelEvent,
    ChannelMessage,
    Connection,
    Conversation,
    PartState,
)
from helpdesk.demo.vendors.x import XFake
from helpdesk.demo.vendors.x.people import PERSON
from tests.cast import Cast
from tests.connections.outgoing.helpers import deliver, list_parts, send
from tests.connectors.wiring import list_events, process
from tests.connectors.x.conftest import connect
from tickets.models import Attachment, Message, Ticket
from tickets.services import reply

TEXT = "@AcmeSupport the app closes at once"


@pytest.fixture
def live(account: Connection, fake: XFake) -> Connection:
    """The account, whose webhook is registered."""
    assert XConnector().check(account, at=timezone.now()) == ""
    return account


def play(fake: XFake, live: Connection, action: str = "mention", **data: Any) -> Any:
    event = fake.play(action, {"text": TEXT, **data})
    process(live)
    return event


def answer(cast: Cast, text: str = "Which version?") -> Message:
    at = timezone.now()
    ticket = Ticket.objects.get()
    message = reply(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=at)
    deliver(cast, at)
    send(cast, at)
    return message


def list_own(fake: XFake) -> list[dict[str, Any]]:
    return [post for post in fake.posts.values() if fake.is_own(post)]


def test_a_mention_is_a_public_ticket_and_the_answer_a_reply_in_its_thread(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    post = play(fake, live)["payload"]
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.channel) == (TEXT, "twitter")
    assert ticket.contact.name == "Rita Moreno (@RitaMoreno)"
    assert (ticket.account, ticket.department.kind) == (None, "community")
    conversation = Conversation.objects.get()
    assert conversation.is_public
    assert conversation.data["url"].endswith(post["id"])

    message = answer(at_desk)
    (part,), (own,) = list_parts(), list_own(fake)
    assert own["referenced_tweets"] == [{"type": "replied_to", "id": post["id"]}]
    assert (own["text"], part.external_id) == ("Which version?", own["id"])
    assert (part.message, part.state) == (message, PartState.SENT)

    play(fake, live, text="@AcmeSupport 4.2", target=own["id"])
    assert Message.objects.filter(ticket=ticket).count() == 3


def test_a_joined_person_has_the_plan_and_the_clock_of_the_account(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    play(fake, live, "message", text="Hello!")
    handle = ContactHandle.objects.get()
    join_handle(
        handle_id=handle.pk, contact=at_desk.customer, agent=at_desk.analyst,
        reason="She wrote it in her profile on our site.", at=timezone.now(),
    )  # fmt: skip
    ticket = Ticket.objects.get()
    assert (ticket.account, ticket.department.kind) == (at_desk.account, "paid")
    assert ticket.clocks.filter(kind="first_response").exists()


def test_a_direct_message_is_answered_by_one(at_desk: Cast, live: Connection, fake: XFake) -> None:
    play(fake, live, "message", text="How do I change my password?")
    assert not Conversation.objects.get().is_public
    answer(at_desk, "In your profile.\n\n" + "word " * 1000)
    (part,) = list_parts()
    sent = fake.messages[-1]
    assert (sent["with"], sent["id"]) == (PERSON, part.external_id)
    assert not list_own(fake)


def test_a_long_answer_is_a_thread_of_posts_within_xs_limit(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    post = play(fake, live)["payload"]
    answer(at_desk, "".join(f"{number}。日本語の説明" for number in range(20)))
    own = list_own(fake)
    assert len(own) == 2
    targets = [one["referenced_tweets"][0]["id"] for one in own]
    assert targets == [post["id"], own[0]["id"]]


def test_an_encrypted_chat_is_marked_and_not_answered_from_here(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    play(fake, live, "chat")
    ticket = Ticket.objects.get()
    assert ticket.subject == "Encrypted chat in X"
    assert ticket.contact.name == "Rita Moreno (@RitaMoreno)"
    conversation = Conversation.objects.select_related("connection").get()
    ways = list_ways(conversation, ticket.contact, at=timezone.now())
    way = next(way for way in ways if way.key == CHANNEL)
    assert way.problem == "This chat is encrypted. Reply in X."
    assert way.url == "https://x.com/messages"


def test_what_the_account_writes_in_x_itself_shows_up_once(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    play(fake, live)
    play(fake, live, "own_post", text="We are on it.")
    answer(at_desk)
    own = fake.posts[list_parts()[-1].external_id]
    fake.report("post.create", dict(own))  # X reports what Plumbline has sent, too
    process(live)
    texts = [one.body_text for one in Message.objects.order_by("pk")]
    assert texts == [TEXT, "We are on it.", "Which version?"]


def test_an_answer_that_the_account_deletes_in_x_is_said_to_be(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    play(fake, live)
    answer(at_desk)
    play(fake, live, "delete", id=list_own(fake)[0]["id"])
    assert list_parts()[0].state == PartState.DELETED


def test_an_edited_post_is_noted_in_whatever_order_the_versions_come(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    first = play(fake, live)
    edited = play(fake, live, "edit", text="it works again")
    for event in (edited, first):
        fake.send_event(fake.hooks[0], event)
        process(live)
    (message,) = Message.objects.all()
    assert message.body_text == TEXT
    assert "it works again" in str(message.remarks)
    assert ChannelMessage.objects.count() == 1


def test_only_emoji_is_a_message_and_a_photo_an_attachment(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    fake.files["a.jpg"] = b"\xff\xd8\xff picture"
    play(fake, live, "message", text="😡", photo="a.jpg")
    assert Message.objects.get().body_text == "😡"
    assert [file.name for file in Attachment.objects.all()] == ["a.jpg"]
    play(fake, live, "mention", text="", photo="gone.jpg")
    assert "gone.jpg" in str(Message.objects.order_by("pk").last().remarks)  # type: ignore[union-attr]


def test_a_wrong_signature_stores_nothing_and_a_broken_body_is_set_aside(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    url, body = fake.hooks[0].url, b'{"data": '
    headers = {"X-Twitter-Webhooks-Signature-OAuth2": "sha256=AAAA"}
    assert fake.deliver(url, body, headers) == 401
    assert not ChannelEvent.objects.exists()
    headers = {"X-Twitter-Webhooks-Signature-OAuth2": fake.sign(body)}
    assert fake.deliver(url, body, headers) == 200
    process(live)
    assert list_events(live) == [("set_aside", "unreadable")]


def test_another_account_and_another_desks_url_are_refused(
    at_desk: Cast, matter: Cast, live: Connection, fake: XFake
) -> None:
    event = play(fake, live, "message", text="Hello!")
    fake.hooks[0].url = fake.hooks[0].url.replace("/rocket/", "/matter/")
    assert fake.send_event(fake.hooks[0], event) == 404
    fake.hooks[0].url = fake.hooks[0].url.replace("/matter/", "/rocket/")
    fake.send_event(fake.hooks[0], {**event, "event_uuid": "9", "filter": {"user_id": "77"}})
    process(live)
    assert [state for state, _reason in list_events(live)] == ["processed", "set_aside"]
    assert Message.objects.count() == 1


def test_the_challenge_is_answered_by_the_webhook(live: Connection, fake: XFake) -> None:
    path = f"/rocket/channels/{live.hook_token}/"
    answered = Client().get(path, {"crc_token": "abc"})
    assert answered.json() == {"response_token": fake.sign(b"abc")}
    forged = Client().get(path, {"crc_token": '{"data": {}}'})
    assert forged.status_code == 401


def test_x_down_for_an_hour_loses_no_answer(at_desk: Cast, live: Connection, fake: XFake) -> None:
    play(fake, live)
    fake.is_down = True
    answer(at_desk)
    assert [part.state for part in list_parts()] == [PartState.QUEUED]
    fake.is_down = False
    send(at_desk, timezone.now() + timedelta(hours=1))
    assert [post["text"] for post in list_own(fake)] == ["Which version?"]


@pytest.mark.parametrize("action", ["mention", "message"])
def test_an_answer_whose_response_was_lost_is_sent_once(
    at_desk: Cast, live: Connection, fake: XFake, action: str
) -> None:
    play(fake, live, action)
    fake.loses_answers = True
    answer(at_desk, "See https://example.com/versions for <yours> & ours")
    fake.loses_answers = False
    send(at_desk, timezone.now() + timedelta(hours=1))
    (part,) = list_parts()
    ours = list_own(fake) + [row for row in fake.messages if row["sender_id"] != PERSON]
    assert [part.external_id] == [one["id"] for one in ours]
    assert part.state == PartState.SENT


def test_a_limit_and_an_expired_token_only_delay(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    play(fake, live, "message", text="Hello!")
    fake.left["messages"], fake.access = 0, "expired"
    answer(at_desk)
    assert [part.state for part in list_parts()] == [PartState.QUEUED]
    fake.left["messages"] = 1
    send(at_desk, timezone.now() + timedelta(minutes=10))
    assert [part.state for part in list_parts()] == [PartState.QUEUED]
    send(at_desk, timezone.now() + timedelta(minutes=16))
    assert [part.state for part in list_parts()] == [PartState.SENT]


def test_a_reply_to_a_post_that_is_gone_says_so(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    post = play(fake, live)["payload"]
    del fake.posts[post["id"]]
    answer(at_desk)
    (part,) = list_parts()
    assert part.state == PartState.FAILED
    assert "deleted or not visible" in part.problem


def test_what_came_while_the_webhook_was_invalid_is_replayed_without_doubles(
    at_desk: Cast, live: Connection, fake: XFake
) -> None:
    now = timezone.now()
    live.cursor = XConnector().poll(live, at=now).cursor
    fake.hooks[0].valid = False
    play(fake, live)
    assert not Ticket.objects.exists()
    for minutes in (15, 30, 45):
        live.cursor = XConnector().poll(live, at=now + timedelta(minutes=minutes)).cursor
    play(fake, live, "message", text="Hello?")
    assert fake.run_replays() == 1
    process(live)
    assert sorted(one.body_text for one in Message.objects.all()) == [TEXT, "Hello?"]


@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_at_once_are_one_message(rocket: Cast, fake: XFake) -> None:
    with desk_scope(rocket.desk):
        live = connect(rocket, fake)
    fake.subscribe_all(f"http://testserver/rocket/channels/{live.hook_token}/")
    hook, fake.subscriptions = fake.hooks[0], []
    event = fake.play("mention", {"text": TEXT})

    def tell(number: int) -> int:
        try:
            status = fake.send_event(hook, {**event, "event_uuid": str(number % 2)})
            process(live)
            return status
        finally:
            database.close()

    with ThreadPoolExecutor(10) as threads:
        assert set(threads.map(tell, range(10))) == {200}
    process(live)
    with desk_scope(rocket.desk):
        assert Message.objects.count() == Ticket.objects.count() == 1
