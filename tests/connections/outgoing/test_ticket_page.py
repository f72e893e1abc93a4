"""The ticket page says which way a reply takes before it is sent, and what became of it then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from channels_intake.calls.errors import CallRefusedError
from channels_intake.connections.contract import ReplyLimits, ReplyWay
from channels_intake.models import Connection, Conversation, OutgoingEmail, PartState
from tests.agent.conftest import SignIn, count_statements
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import (
    TinyConnector,
    converse,
    deliver,
    list_parts,
    send,
)
from tickets.models import Message, Ticket
from tickets.services import reply

EMAIL = "maria@new.example"
Page = tuple[Ticket, Conversation]


@pytest.fixture
def client(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def page(in_rocket: Cast, bot: Connection) -> Page:
    """A ticket from the channel, whose customer wrote an hour ago and has an address."""
    wrote = timezone.now() - timedelta(hours=1)
    return converse(
        in_rocket,
        bot,
        email=EMAIL,
        window_from=wrote,
        data={
            "rating": 2,
            "version": "4.2",
            "url": "https://x.example/post",
            "secret": "Eyes only",
        },
    )


def url_of(ticket: Ticket, rest: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{rest}"


def show(client: Client, ticket: Ticket) -> str:
    response = client.get(url_of(ticket))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def post(client: Client, ticket: Ticket, **data: Any) -> Any:
    given = {"kind": "reply", "body": "Hello.", "next": "waiting", "form_token": "t" * 30}
    return client.post(url_of(ticket, "answers/"), given | data)


def test_a_ticket_by_email_shows_no_choice(
    in_rocket: Cast, bot: Connection, client: Client
) -> None:
    text = show(client, in_rocket.open_ticket())
    assert 'name="via"' not in text
    assert "panel-channel" not in text


def test_the_composer_says_window_length_and_files(
    page: Page, vendor: TinyConnector, client: Client
) -> None:
    vendor.allow(window=timedelta(hours=4, minutes=20, seconds=30))
    text = show(client, page[0])
    assert "Telegram (Our bot)" in text
    assert "Reply within 3h 20m. After that, only by email." in text
    assert "Replies over 20 characters are sent as several messages." in text
    assert "Files: up to 1, 100 bytes each." in text.replace("\xa0", " ")
    assert 'data-max-chars="20"' in text
    assert 'value="email"' in text
    assert "Anyone can read this reply." not in text


def test_a_public_conversation_warns_the_author(page: Page, client: Client) -> None:
    Conversation.objects.update(is_public=True)
    assert "Anyone can read this reply." in show(client, page[0])


def test_the_panel_shows_the_facts_that_the_connector_declares(page: Page, client: Client) -> None:
    text = show(client, page[0])
    assert 'aria-label="2 of 5"' in text
    assert "★★☆☆☆" in text
    assert "4.2" in text
    assert 'href="https://x.example/post"' in text
    assert "Eyes only" not in text
    Conversation.objects.update(data={"url": "javascript:alert(1)"})
    assert "javascript:" not in show(client, page[0])


def test_after_the_window_email_is_chosen_and_said(
    page: Page, vendor: TinyConnector, client: Client
) -> None:
    vendor.allow(window=timedelta(minutes=5))
    text = show(client, page[0])
    assert "The time limit for replies has passed since the customer&#x27;s last message." in text
    assert post(client, page[0], via="email").status_code == 303
    assert Message.objects.filter(ticket=page[0], agent__isnull=False).count() == 1


def test_without_a_way_a_public_reply_is_refused_and_the_text_kept(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector, client: Client
) -> None:
    vendor.allow(refusal="This chat is encrypted.", refusal_url="https://x.example/chat")
    ticket, _conversation = converse(in_rocket, bot)
    text = show(client, ticket)
    assert "reply to this ticket from here" in text
    assert 'href="https://x.example/chat"' in text
    response = post(client, ticket, body="My long answer")
    assert response.status_code == 422
    refused = response.content.decode()
    assert "My long answer" in refused
    assert "This chat is encrypted." in refused
    assert not Message.objects.filter(ticket=ticket, agent__isnull=False).exists()
    assert post(client, ticket, kind="note").status_code == 303


def test_what_is_too_long_is_refused_with_the_text_kept(
    page: Page, vendor: TinyConnector, client: Client
) -> None:
    vendor.allow(may_split=False)
    response = post(client, page[0], body="x" * 21, via="channel")
    assert response.status_code == 422
    assert "up to 20 characters" in response.content.decode()
    assert "x" * 21 in response.content.decode()


def test_one_of_several_ways_can_be_chosen(
    page: Page, vendor: TinyConnector, client: Client
) -> None:
    Conversation.objects.update(is_public=True)
    vendor.ways = (
        ReplyWay("public", "Comment", ReplyLimits()),
        ReplyWay("private", "Private message", ReplyLimits(), is_private=True),
    )
    text = show(client, page[0])
    assert text.count("Anyone can read this reply.") == 1
    assert 'value="channel:private"' in text
    assert post(client, page[0], via="channel:private").status_code == 303


def test_a_double_click_sends_once(
    in_rocket: Cast, page: Page, vendor: TinyConnector, client: Client
) -> None:
    post(client, page[0], via="channel")
    post(client, page[0], via="channel")
    deliver(in_rocket, timezone.now())
    send(in_rocket, timezone.now())
    assert len(vendor.sent) == 1


@pytest.fixture
def failed(in_rocket: Cast, page: Page, vendor: TinyConnector) -> Message:
    """A reply that the vendor has refused."""
    message = reply(ticket_id=page[0].pk, agent=in_rocket.analyst, text="Hello.", at=timezone.now())
    deliver(in_rocket, timezone.now())
    vendor.answers.append(CallRefusedError("Blocked by Maria"))
    send(in_rocket, timezone.now())
    return message


def test_the_states_of_a_reply_are_words(
    in_rocket: Cast, page: Page, vendor: TinyConnector, client: Client
) -> None:
    reply(ticket_id=page[0].pk, agent=in_rocket.analyst, text="Hello.", at=timezone.now())
    deliver(in_rocket, timezone.now())
    for state, words in (
        (PartState.QUEUED, "Waiting to be sent via Telegram (Our bot)"),
        (PartState.SENT, "Sent via Telegram (Our bot)"),
        (PartState.DELIVERED, "Delivered via Telegram (Our bot)"),
        (PartState.READ, "Read on Telegram (Our bot)"),
    ):
        for part in list_parts():
            part.state = state
            part.save()
        assert words in show(client, page[0])


def test_a_failed_reply_is_sent_again(
    in_rocket: Cast, page: Page, failed: Message, vendor: TinyConnector, client: Client
) -> None:
    text = show(client, page[0])
    assert "be sent via Telegram (Our bot): Blocked by Maria" in text
    again = url_of(page[0], f"answers/{failed.pk}/again/")
    assert again in text
    assert client.post(again).status_code == 303
    client.post(again)  # a double click
    send(in_rocket, timezone.now())
    assert len(vendor.sent) == 1
    assert again not in show(client, page[0])


def test_a_failed_reply_is_emailed_once(
    in_rocket: Cast, page: Page, failed: Message, client: Client
) -> None:
    by_email = url_of(page[0], f"answers/{failed.pk}/email/")
    assert by_email in show(client, page[0])
    client.post(by_email)
    client.post(by_email)
    mails = OutgoingEmail.objects.filter(message=failed)
    assert [mail.to_address for mail in mails] == [EMAIL]
    assert by_email not in show(client, page[0])


def test_without_an_address_email_is_not_offered(
    in_rocket: Cast, page: Page, failed: Message, client: Client
) -> None:
    contact = page[0].contact
    contact.email = ""
    contact.save()
    text = show(client, page[0])
    assert "Send again" in text
    assert "Send by email" not in text
    client.post(url_of(page[0], f"answers/{failed.pk}/email/"))
    assert not OutgoingEmail.objects.filter(message=failed).exists()


def test_what_did_not_fail_is_not_sent_again(
    in_rocket: Cast, page: Page, vendor: TinyConnector, client: Client
) -> None:
    message = reply(ticket_id=page[0].pk, agent=in_rocket.analyst, text="Hello.", at=timezone.now())
    deliver(in_rocket, timezone.now())
    send(in_rocket, timezone.now())
    for name in ("again", "email"):
        client.post(url_of(page[0], f"answers/{message.pk}/{name}/"))
    send(in_rocket, timezone.now())
    assert len(vendor.sent) == 1
    assert not OutgoingEmail.objects.filter(message=message).exists()


@pytest.mark.parametrize("name", ["again", "email"])
def test_strangers_and_other_tickets_send_nothing_again(
    in_rocket: Cast, matter: Cast, failed: Message, page: Page, sign_in: SignIn, name: str
) -> None:
    other = in_rocket.open_ticket()
    path = f"answers/{failed.pk}/{name}/"
    own: list[tuple[User, Ticket]] = [
        (in_rocket.analyst.user, other),
        (in_rocket.observer.user, page[0]),
        (matter.admin.user, page[0]),
    ]
    found = [sign_in(user).post(url_of(ticket, path)).status_code for user, ticket in own]
    assert found == [404, 403, 404]
    assert not OutgoingEmail.objects.filter(message=failed).exists()
    assert {part.state for part in list_parts()} == {PartState.FAILED}


def test_an_observer_sees_the_failure_without_buttons(
    in_rocket: Cast, page: Page, failed: Message, sign_in: SignIn
) -> None:
    text = show(sign_in(in_rocket.observer.user), page[0])
    assert "Blocked by Maria" in text
    assert "Send again" not in text


def test_the_page_costs_no_further_statement(
    in_rocket: Cast, page: Page, vendor: TinyConnector, client: Client
) -> None:
    plain = in_rocket.open_ticket()
    before = count_statements(client, url_of(plain))
    for place in range(3):
        at = NOON + timedelta(hours=place)
        reply(ticket_id=page[0].pk, agent=in_rocket.analyst, text=f"Hello {place}.", at=at)
    deliver(in_rocket, timezone.now())
    assert count_statements(client, url_of(page[0])) == before
