"""From a visitor's first word to a ticket, and the reply in their window or by email."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Contact, ContactHandle, HandleProof
from accounts.tenancy import desk_scope
from channels_intake.connections.outgoing.ways import list_ways
from channels_intake.connectors.messenger.presence import PRESENT
from channels_intake.models import (
    ChannelEvent,
    ChannelMessage,
    Conversation,
    Direction,
    PartState,
)
from sla.models import Clock
from tests.cast import Cast
from tests.connections.outgoing.helpers import deliver, send
from tests.messenger.conftest import (
    VisitorClient,
    connect_messenger,
    get_conversation,
    get_ticket,
    make_file,
    process,
    sign,
)
from tests.races.threads import at_once
from tickets.attachments.files import NewFile
from tickets.models import Channel, Message, Ticket
from tickets.services import reply


def answer(cast: Cast, text: str = "Turn it off and on.", **given: object) -> Message:
    """Reply on the only ticket and send the reply."""
    now = timezone.now()
    message = reply(
        ticket_id=Ticket.objects.get().pk, agent=cast.analyst, text=text, at=now, **given
    )  # type: ignore[arg-type]  # of the test
    deliver(cast, now)
    send(cast, now)
    return message


def get_state() -> str:
    return ChannelMessage.objects.get(direction=Direction.OUT).state


def test_a_visitors_message_opens_a_ticket(in_rocket: Cast, visitor: VisitorClient) -> None:
    assert visitor.start().json() == {"lines": [], "isOnline": True}
    assert (
        visitor.write(
            "Hi 👋, it is <b>broken</b>", page="https://www.acme.example/shop?q=1"
        ).status_code
        == 202
    )
    event = ChannelEvent.objects.get()
    assert event.state == "received"  # stored raw before anything else
    process(in_rocket)
    ticket, conversation = get_ticket(), get_conversation()
    assert (ticket.channel, ticket.account, ticket.contact.email) == (Channel.CHAT, None, "")
    assert ticket.subject == "Hi 👋, it is <b>broken</b>"
    assert Message.objects.get().body_text == "Hi 👋, it is <b>broken</b>"
    assert (ticket.department is not None, ticket.priority.name) == (True, "Medium")
    assert conversation.ticket == ticket
    assert conversation.data["page"] == "https://www.acme.example/shop"
    assert conversation.handle
    assert conversation.handle.proof == HandleProof.NONE


def test_an_emoji_alone_and_a_file_alone_are_messages(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    visitor.write("👍")
    visitor.write("", files=[make_file(), make_file("two.txt", b"")])
    process(in_rocket)
    lines = visitor.read_lines()
    assert [line["text"] for line in lines] == ["👍", ""]
    assert [file["name"] for file in lines[1]["files"]] == ["log.txt", "two.txt"]


def test_a_reply_is_sent_delivered_and_read(in_rocket: Cast, visitor: VisitorClient) -> None:
    visitor.write()
    process(in_rocket)
    visitor.read_lines()
    answer(in_rocket)
    assert get_state() == PartState.SENT
    line = visitor.read_lines()[-1]
    assert (line["text"], line["author"], line["isMine"]) == (
        "Turn it off and on.",
        in_rocket.analyst.name,
        False,
    )
    assert get_state() == PartState.DELIVERED
    visitor.read_lines(after=line["id"], read=line["id"])
    assert get_state() == PartState.READ
    assert not mail.outbox


def test_a_late_reply_is_shown_though_a_later_message_was(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    visitor.write()
    process(in_rocket)
    visitor.read_lines()
    now = timezone.now()
    reply(ticket_id=get_ticket().pk, agent=in_rocket.analyst, text="First", at=now)
    deliver(in_rocket, now)  # queued, not sent
    visitor.write("Second")
    process(in_rocket)
    newest = visitor.read_lines()[-1]["id"]
    send(in_rocket, now)
    assert "First" in [line["text"] for line in visitor.read_lines(after=newest)]


def test_the_next_message_joins_the_ticket(in_rocket: Cast, visitor: VisitorClient) -> None:
    visitor.write("one")
    process(in_rocket)
    visitor.write("two")
    process(in_rocket)
    assert [message.body_text for message in Message.objects.order_by("pk")] == ["one", "two"]
    assert Ticket.objects.count() == Conversation.objects.count() == 1


def test_the_same_message_twice_is_one(in_rocket: Cast, visitor: VisitorClient) -> None:
    key = "0190f2b0-1111-4222-8333-444455556666"
    visitor.write("one", key)
    visitor.write("one", key)
    process(in_rocket)
    visitor.write("one", key)
    process(in_rocket)
    assert Message.objects.count() == ChannelEvent.objects.count() == 1
    assert visitor.read_lines()[0]["key"] == key


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_are_one_message(rocket: Cast) -> None:
    visitor = VisitorClient(connect_messenger(rocket))
    visitor.write("before")
    key = "0190f2b0-1111-4222-8333-444455556666"

    def work() -> None:
        visitor.write("one", key)
        process(rocket)

    at_once(rocket, *[work] * 10)
    process(rocket)
    with desk_scope(rocket.desk):
        assert sorted(Message.objects.values_list("body_text", flat=True)) == ["before", "one"]
        assert Ticket.objects.count() == 1


# --- Who it is --------------------------------------------------------------------------------


def test_a_signed_in_user_is_the_contact_of_the_address(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    assert visitor.start(sign("42", email=in_rocket.customer.email, name="Ann")).status_code == 200
    visitor.write()
    process(in_rocket)
    ticket, handle = get_ticket(), ContactHandle.objects.get()
    assert (ticket.contact, ticket.account) == (in_rocket.customer, in_rocket.account)
    assert (handle.external_id, handle.proof) == ("user-42", HandleProof.EMAIL)
    assert not ticket.is_unverified
    assert Clock.objects.filter(ticket=ticket).exists()


def test_a_signed_in_user_has_one_conversation_in_all_browsers(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    visitor.start(sign("42"))
    visitor.write("from here")
    process(in_rocket)
    other = VisitorClient(visitor.connection)
    lines = other.start(sign("42")).json()["lines"]
    assert [line["text"] for line in lines] == ["from here"]


def test_a_name_that_somebody_types_proves_nothing(in_rocket: Cast, visitor: VisitorClient) -> None:
    visitor.write(name=str(in_rocket.customer), email=in_rocket.customer.email)
    process(in_rocket)
    ticket = get_ticket()
    assert ticket.contact != in_rocket.customer
    assert (ticket.account, ticket.contact.email) == (None, "")


def test_users_of_two_websites_with_one_id_are_two_people(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    visitor.start(sign("42", email=in_rocket.customer.email))
    visitor.write("mine")
    process(in_rocket)
    second = connect_messenger(in_rocket, name="Shop")
    other = VisitorClient(second)
    other.start(sign("42"))
    other.write("theirs")
    process(in_rocket)
    assert [line["text"] for line in other.read_lines()] == ["theirs"]
    assert ContactHandle.objects.count() == 2


# --- After the visitor has left ---------------------------------------------------------------


def test_after_a_known_visitor_left_the_reply_goes_by_email(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    visitor.start(sign("42", email=in_rocket.customer.email))
    visitor.write()
    process(in_rocket)
    visitor.read_lines()
    Conversation.objects.update(data={"seen_at": (timezone.now() - PRESENT).isoformat()})
    now = timezone.now()
    reply(ticket_id=get_ticket().pk, agent=in_rocket.analyst, text="By mail", at=now)
    mails = deliver(in_rocket, now)
    assert [(m.kind, m.to_address) for m in mails if m.kind == "reply"] == [
        ("reply", in_rocket.customer.email)
    ]
    assert not ChannelMessage.objects.filter(direction=Direction.OUT).exists()
    assert "By mail" in [line["text"] for line in visitor.read_lines()]  # when they come back


def test_a_visitor_without_an_address_finds_the_reply_later(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    visitor.write()
    process(in_rocket)
    answer(in_rocket)
    assert get_state() == PartState.SENT
    assert [line["text"] for line in visitor.start().json()["lines"]][-1] == "Turn it off and on."


def test_the_composer_says_that_the_visitor_left(in_rocket: Cast, visitor: VisitorClient) -> None:
    visitor.start(sign("42", email=in_rocket.customer.email))
    visitor.write()
    process(in_rocket)
    conversation, now = get_conversation(), timezone.now()
    chat, email = list_ways(conversation, in_rocket.customer, at=now + timedelta(hours=1))
    assert (chat.problem, email.problem) == ("The visitor left the chat.", "")
    visitor.read_lines()
    chat, _email = list_ways(get_conversation(), in_rocket.customer, at=now)
    assert chat.problem == ""


def test_files_of_a_reply_can_be_fetched(in_rocket: Cast, visitor: VisitorClient) -> None:
    visitor.write()
    process(in_rocket)
    answer(in_rocket, files=(NewFile("fix.txt", "text/plain", b"do this"),))
    [file] = visitor.read_lines()[-1]["files"]
    got = visitor.get_file(file["url"])
    assert b"".join(got.streaming_content) == b"do this"
    assert got["Content-Disposition"] == 'attachment; filename="fix.txt"'
    assert "sandbox" in got["Content-Security-Policy"]


# --- Nobody is there --------------------------------------------------------------------------


@pytest.mark.usefixtures("_nobody_there")
def test_offline_a_message_needs_an_address(in_rocket: Cast, visitor: VisitorClient) -> None:
    refused = visitor.write()
    assert refused.status_code == 422
    assert refused.json()["errors"] == {"email": "Enter a valid email address."}
    assert not ChannelEvent.objects.exists()
    taken = visitor.write(email="passer@gmail.com")
    assert (taken.status_code, taken.json()["isMailed"]) == (202, True)
    process(in_rocket)
    assert visitor.write("And more").status_code == 202  # the address is known
    assert get_conversation().data["claimed_email"] == "passer@gmail.com"
    assert get_ticket().contact.email == ""


@pytest.mark.usefixtures("_nobody_there")
def test_a_link_proves_the_address_and_replies_go_there(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    visitor.write("A secret text", email=in_rocket.customer.email)
    process(in_rocket)
    [message] = mail.outbox
    assert message.to == [in_rocket.customer.email]
    assert "secret" not in message.body
    path = next(word for word in message.body.split() if "/email-address/" in word).split("8000")[
        -1
    ]
    path = path[path.index("/rocket/") :]
    browser = visitor.client.__class__()
    assert "Did you just chat" in browser.get(path).content.decode()
    assert get_ticket().contact != in_rocket.customer  # opening it changes nothing
    assert "is confirmed" in browser.post(path).content.decode()
    ticket = get_ticket()
    assert (ticket.contact, ticket.account) == (in_rocket.customer, in_rocket.account)
    assert Contact.objects.filter(email="").count() == 0
    assert browser.post(path).status_code == 200  # twice is harmless
