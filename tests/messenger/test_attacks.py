"""What strangers try: other people's conversations, forged identities, floods, scripts, files."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Contact, ContactHandle
from accounts.tenancy import desk_scope
from channels_intake.connectors.messenger import visitors
from channels_intake.connectors.messenger.proving import prove_address
from channels_intake.connectors.messenger.visitors import (
    Visitor,
    make_visitor_token,
    read_visitor_token,
)
from channels_intake.models import ChannelEvent, ChannelMessage, Connection, Direction
from helpdesk.body_limits import MAX_OTHER_BYTES, _find_limit
from helpdesk.messenger.limits import MAX_FILE_BYTES, MAX_FILES
from tests.cast import Cast
from tests.connections.outgoing.helpers import deliver, send
from tests.messenger.conftest import (
    VisitorClient,
    connect_messenger,
    get_ticket,
    make_file,
    process,
    sign,
)
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Message
from tickets.services import add_note, reply

ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def other(visitor: VisitorClient) -> VisitorClient:
    """Another visitor of the same website."""
    return VisitorClient(visitor.connection)


@pytest.fixture
def conversation(in_rocket: Cast, visitor: VisitorClient, other: VisitorClient) -> VisitorClient:
    """The first visitor, with a reply and files of both sides."""
    visitor.write("My password is 1234", files=[make_file()])
    other.write("Hello")
    process(in_rocket)
    ticket = Message.objects.get(body_text__startswith="My").ticket
    now, file = timezone.now(), NewFile("fix.txt", "text/plain", b"fix")
    given = {"ticket_id": ticket.pk, "agent": in_rocket.analyst, "at": now}
    reply(**given, text="Change it", files=(file,))
    add_note(**given, text="What a customer", files=(NewFile("n.txt", "text/plain", b"note"),))
    deliver(in_rocket, now)
    send(in_rocket, now)
    return visitor


def test_a_visitor_reads_only_their_own_conversation(
    conversation: VisitorClient, other: VisitorClient
) -> None:
    mine = [line["text"] for line in conversation.read_lines()]
    assert mine == ["My password is 1234", "Change it"]
    assert [line["text"] for line in other.read_lines()] == ["Hello"]
    everything = other.ask("news/", after=-1, before=10**9)
    assert [line["text"] for line in everything.json()["lines"]] == ["Hello"]


def test_a_visitor_gets_only_their_own_files_and_no_files_of_notes(
    conversation: VisitorClient, other: VisitorClient
) -> None:
    pages = {file.pk: f"{conversation.url}files/{file.pk}/" for file in Attachment.objects.all()}
    notes = set(Attachment.objects.filter(note__isnull=False).values_list("pk", flat=True))
    assert len(pages) == 3
    assert len(notes) == 1
    for pk, url in pages.items():
        assert other.get_file(url).status_code == 404
        assert Client().get(url).status_code == 404
        assert conversation.get_file(url).status_code == (404 if pk in notes else 200)


def test_what_others_write_on_the_ticket_stays_hidden(
    in_rocket: Cast, conversation: VisitorClient
) -> None:
    ticket = Message.objects.get(body_text__startswith="My").ticket
    ticket.contact, ticket.account = in_rocket.customer, in_rocket.account
    ticket.save()
    Message.objects.create(
        desk=in_rocket.desk, ticket=ticket, contact=in_rocket.customer, body_text="Confidential",
        channel="email", created_at=timezone.now(),
    )  # fmt: skip
    texts = [line["text"] for line in conversation.read_lines()]
    assert texts == ["My password is 1234", "Change it"]


# --- Tokens -----------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "visitor-1", "é"])
def test_a_guessed_token_is_nobodys(conversation: VisitorClient, token: str) -> None:
    thief = VisitorClient(conversation.connection)
    thief.token = token
    assert thief.ask("news/").status_code == 401


def test_a_changed_token_is_nobodys(messenger: Connection) -> None:
    token = make_visitor_token(messenger, Visitor("visitor-1"))
    payload, _time, signature = token.split(":")
    other = make_visitor_token(messenger, Visitor("visitor-2"))
    assert read_visitor_token(messenger, other.replace(other.split(":")[2], signature)) is None
    assert read_visitor_token(messenger, token) == Visitor("visitor-1")
    assert payload not in other


def test_a_token_is_of_one_messenger(
    conversation: VisitorClient, in_rocket: Cast, matter: Cast
) -> None:
    for messenger, desk in (
        (connect_messenger(in_rocket, name="Second"), "rocket"),
        (connect_messenger(matter), "matter"),
    ):
        thief = VisitorClient(messenger, desk)
        thief.token = conversation.token
        assert thief.ask("news/").status_code == 401


@pytest.mark.parametrize(("name", "who"), [("VALID", "visitor-1"), ("VALID_SIGNED_IN", "user-1")])
def test_an_old_token_is_nobodys(
    messenger: Connection, monkeypatch: pytest.MonkeyPatch, name: str, who: str
) -> None:
    token = make_visitor_token(messenger, Visitor(who))
    assert read_visitor_token(messenger, token)
    monkeypatch.setattr(visitors, name, timedelta(seconds=-1))
    assert read_visitor_token(messenger, token) is None


# --- Identities -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "identity",
    [
        sign("42")[:-3],
        sign("42", exp=timezone.now() - timedelta(hours=1)),
        sign("42", exp=timezone.now() + timedelta(days=400)),
        "nonsense",
    ],
    ids=["forged", "expired", "eternal", "nonsense"],
)
def test_a_forged_or_expired_identity_is_refused(
    in_rocket: Cast, visitor: VisitorClient, identity: str
) -> None:
    assert visitor.start(identity).status_code == 403
    assert visitor.token == ""


def test_nobody_becomes_a_signed_in_user_by_writing(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    visitor.write(visitor="user-42", identity="user-42")
    process(in_rocket)
    [event] = ChannelEvent.objects.all()
    assert event.event_id.startswith("visitor-")


def test_the_identity_of_another_messenger_is_refused(in_rocket: Cast) -> None:
    other = connect_messenger(in_rocket, name="Second")
    other.sealed_secrets = ""
    other.enter_secrets(identity_secret="quite-another-secret-for-this-website")
    other.save()
    assert VisitorClient(other).start(sign("42")).status_code == 403


# --- Other origins ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["session/", "messages/", "news/"])
@pytest.mark.parametrize(
    "headers", [ELSEWHERE, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_other_websites_pages_are_refused(
    in_rocket: Cast, visitor: VisitorClient, path: str, headers: dict[str, str]
) -> None:
    visitor.write()
    given = headers | {"Authorization": f"Visitor {visitor.token}"}
    answer = Client().post(visitor.url + path, {"id": "x" * 8, "text": "forged"}, headers=given)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer
    assert ChannelEvent.objects.count() == 1


def test_who_is_signed_in_here_doesnt_matter(
    in_rocket: Cast, visitor: VisitorClient, sign_in: Any
) -> None:
    """A page in a frame gets no session; one that does must not act for its owner."""
    visitor.client = sign_in(in_rocket.customer.user)
    visitor.write()
    process(in_rocket)
    assert get_ticket().contact != in_rocket.customer


# --- Floods and sizes -------------------------------------------------------------------------


def test_a_visitor_can_write_20_messages_a_minute(in_rocket: Cast, visitor: VisitorClient) -> None:
    visitor.write()
    sent = [visitor.write(f"again {number}").status_code for number in range(22)]
    assert sent == [202] * 20 + [429] * 2
    assert ChannelEvent.objects.count() == 21


def test_a_network_can_bring_30_new_visitors_an_hour(
    in_rocket: Cast, messenger: Connection
) -> None:
    sent = [VisitorClient(messenger).write().status_code for _ in range(32)]
    assert sent == [202] * 30 + [429] * 2


@pytest.mark.usefixtures("_nobody_there")
def test_nobody_can_have_many_emails_sent_to_an_address(
    in_rocket: Cast, messenger: Connection
) -> None:
    mailed = [
        VisitorClient(messenger).write(email="victim@gmail.com").json()["isMailed"]
        for _ in range(7)
    ]
    assert mailed == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    "files",
    [
        [make_file(content=b"x" * (MAX_FILE_BYTES + 1))],
        [make_file(f"{number}.txt") for number in range(MAX_FILES + 1)],
    ],
    ids=["too large", "too many"],
)
def test_too_many_or_large_files_are_refused(
    in_rocket: Cast, visitor: VisitorClient, files: list[Any]
) -> None:
    answer = visitor.write(files=files)
    assert answer.status_code == 422
    assert "The limit is" in answer.json()["problem"]
    assert not ChannelEvent.objects.exists()


@pytest.mark.parametrize(
    ("path", "is_large"),
    [
        ("/rocket/messenger/abc/messages/", True),
        ("/messenger/abc/messages/", True),
        ("/rocket/form/abc/", True),
        ("/rocket/messenger/abc/news/", False),
        ("/rocket/messenger/abc/session/", False),
        ("/rocket/messenger/abc/messages/more/", False),
        ("/rocket/email-address/abc/", False),
    ],
)
def test_only_messages_may_be_large(path: str, is_large: bool) -> None:
    """The body is refused before any of it is stored."""
    finding = _find_limit({"path": path, "headers": []})
    with pytest.raises(StopIteration) as found:
        finding.send(None)
    assert (found.value.value > MAX_OTHER_BYTES) is is_large
    assert found.value.value < 12 * 1024 * 1024


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"text": "   "},
        {"text": "x" * 5001},
        {"id": "../../x"},
        {"id": "user-42/1"},
        {"text": "a\x00b"},
        {"email": "not an address"},
    ],
    ids=["empty", "blank", "long", "path", "other visitor's", "NUL", "no address"],
)
def test_bad_messages_are_refused(
    in_rocket: Cast, visitor: VisitorClient, given: dict[str, str]
) -> None:
    text = given.pop("text", "fine")
    assert visitor.write(text, given.pop("id", ""), **given).status_code == 422
    assert not ChannelEvent.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "nonsense", '{"after": "x", "read": {}}', '{"after": 1e400}']
)
def test_bad_json_is_no_error(conversation: VisitorClient, body: str) -> None:
    url, headers = f"{conversation.url}news/", conversation.headers
    answer = Client().post(url, body, content_type="application/json", headers=headers)
    assert answer.status_code == 200


def test_a_long_conversation_comes_in_pages(in_rocket: Cast, visitor: VisitorClient) -> None:
    """10,000 messages: each request reads one page."""
    visitor.write("first")
    process(in_rocket)
    first = ChannelMessage.objects.get()
    ticket, old = get_ticket(), timezone.now() - timedelta(days=1)
    messages = Message.objects.bulk_create(
        Message(
            desk=in_rocket.desk, ticket=ticket, contact=ticket.contact,
            body_text=f"m{number}", channel="chat", created_at=old,
        )
        for number in range(10_000)
    )  # fmt: skip
    ChannelMessage.objects.bulk_create(
        ChannelMessage(
            desk=in_rocket.desk, connection=first.connection, conversation=first.conversation,
            direction=Direction.IN, external_id=f"x/{number}", message=message,
            state="received", written_at=old, changed_at=old,
        )
        for number, message in enumerate(messages)
    )  # fmt: skip
    latest = visitor.start().json()["lines"]
    assert [line["text"] for line in latest] == [f"m{n}" for n in range(9970, 10_000)]
    earlier = visitor.ask("news/", before=latest[0]["id"]).json()["lines"]
    assert [line["text"] for line in earlier] == [f"m{n}" for n in range(9940, 9970)]
    missed = visitor.read_lines(after=messages[0].pk)
    assert len(missed) <= 100


def test_deeply_nested_json_is_no_error(visitor: VisitorClient) -> None:
    deep = "[" * 100_000
    url, given = f"{visitor.url}session/", {"content_type": "application/json"}
    assert Client().post(url, deep, headers=visitor.headers, **given).status_code == 200
    header = base64.urlsafe_b64encode(deep.encode()).decode()
    assert visitor.start(f"{header}.e30.e30").status_code == 403


def test_an_identity_that_cannot_be_checked_now_is_refused(
    rocket: Cast, visitor: VisitorClient, settings: Any
) -> None:
    with desk_scope(rocket.desk):
        Connection.objects.update(sealed_secrets="from another key")
    assert visitor.start(sign("42")).status_code == 403
    assert visitor.write().status_code == 202


def test_a_network_can_bring_60_messages_with_files_an_hour(
    in_rocket: Cast, visitor: VisitorClient, settings: Any
) -> None:
    rates = settings.ACCOUNT_RATE_LIMITS
    settings.ACCOUNT_RATE_LIMITS = {**rates, "messenger_files": "2/h/ip"}
    sent = [visitor.write(files=[make_file()]).status_code for _ in range(3)]
    assert sent == [202, 202, 429]
    assert visitor.write("Without a file").status_code == 202
    assert rates["messenger_files"] == "60/h/ip"


@pytest.mark.parametrize("whose", ["mailbox", "agent"])
def test_the_desks_own_addresses_prove_nothing_and_get_no_email(
    in_rocket: Cast, visitor: VisitorClient, whose: str
) -> None:
    agent, mailbox = in_rocket.analyst.user.email, in_rocket.mailbox.address
    own = mailbox if whose == "mailbox" else agent
    assert visitor.write(email=own).json()["isMailed"] is True  # nobody learns whose it is
    process(in_rocket)
    assert mail.outbox == []
    handle = ContactHandle.objects.get()
    given = {"connection": visitor.connection, "name": "", "at": timezone.now()}
    assert not prove_address(handle, own, **given)
    assert not Contact.objects.filter(email=own).exists()


def test_a_signed_in_user_of_a_customers_domain_belongs_to_the_account(
    in_rocket: Cast, visitor: VisitorClient
) -> None:
    domain = in_rocket.customer.email.partition("@")[2]
    visitor.start(sign("43", email=f"rosa@{domain}"))
    visitor.write()
    process(in_rocket)
    assert get_ticket().account == in_rocket.account
