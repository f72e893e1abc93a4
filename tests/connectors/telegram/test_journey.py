"""From a message in Telegram to its ticket, and from the answer back to the person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from accounts.models import ContactHandle
from accounts.tenancy import desk_scope
from channels_intake.connections.joining import join_handle
from channels_intake.connectors.telegram.connector import TelegramConnector
from channels_intake.models import ChannelEvent, ChannelMessage, Connection, PartState
from helpdesk.demo.vendors.telegram import TelegramFake
from tests.cast import Cast
from tests.connections.outgoing.helpers import deliver, list_parts, send
from tests.connectors.telegram.conftest import connect
from tests.connectors.wiring import list_events, process, wire
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Message, Ticket
from tickets.services import reply

RITA = 7_000_001


@pytest.fixture
def live(bot: Connection, fake: TelegramFake, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """The bot, whose webhook is set."""
    wire(fake, monkeypatch)
    TelegramConnector().check(bot, at=timezone.now())
    return bot


def write(
    fake: TelegramFake, live: Connection, text: str = "The server is down", **more: Any
) -> Any:
    played = fake.play("write", {"text": text, **more})
    process(live)
    return played


def answer(cast: Cast, text: str, **more: Any) -> Message:
    ticket = Ticket.objects.get()
    at = timezone.now()
    message = reply(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=at, **more)
    deliver(cast, at)
    send(cast, at)
    return message


def test_a_message_is_a_ticket_and_its_answer_comes_back(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    assert write(fake, live)["status"] == 200
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.channel) == ("The server is down", "telegram")
    assert ticket.contact.name == "Rita Moreno"
    assert ticket.account is None  # nobody has proven who Rita is
    assert ticket.department.kind == "community"
    assert ticket.priority == at_desk.default_priority

    message = answer(at_desk, "Restart it, please.")
    (part,) = list_parts()
    assert [sent["text"] for sent in fake.sent] == ["Restart it, please."]
    assert (part.message, part.state) == (message, PartState.SENT)
    assert part.external_id == f"{RITA}:{fake.sent[0]['message_id']}"

    write(fake, live, "Thanks!")
    assert Ticket.objects.count() == 1
    assert [one.body_text for one in Message.objects.order_by("pk")] == [
        "The server is down", "Restart it, please.", "Thanks!",
    ]  # fmt: skip


def test_a_joined_person_has_the_plan_and_the_clock_of_the_account(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    write(fake, live)
    join_handle(
        handle_id=ContactHandle.objects.get().pk,
        contact=at_desk.customer,
        agent=at_desk.analyst,
        reason="She read me the number of her contract.",
        at=timezone.now(),
    )
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.account) == (at_desk.customer, at_desk.account)
    assert ticket.department.kind == "paid"
    assert ticket.clocks.filter(kind="first_response").exists()


def test_twice_and_in_the_wrong_order_is_one_message_with_its_edit(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    first = fake.make_update(RITA, {"text": "It is down", "message_id": 7})
    edited = fake.make_update(RITA, {"text": "It is down again", "message_id": 7}, is_edit=True)
    for update in (edited, first, edited, first):
        fake.send_update(update)
        process(live)
    (message,) = Message.objects.all()
    assert message.body_text == "It is down again"
    assert ChannelMessage.objects.count() == 1
    assert list_events(live) == [("processed", "")] * 2


def test_an_edit_is_noted_and_the_first_text_stays(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    write(fake, live)
    fake.play("edit", {"text": "The server is up"})
    process(live)
    (message,) = Message.objects.all()
    assert message.body_text == "The server is down"
    assert "The server is up" in str(message.remarks)


def test_a_wrong_secret_stores_nothing_and_a_broken_body_is_set_aside(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    right = fake.hook.secret
    fake.hook.secret = "wrong"
    assert write(fake, live)["status"] == 401
    assert not ChannelEvent.objects.exists()
    headers = {"X-Telegram-Bot-Api-Secret-Token": right}
    assert fake.deliver(fake.hook.url, b'{"update_id": ', headers) == 200
    process(live)
    assert list_events(live) == [("set_aside", "unreadable")]


def test_another_desks_url_is_refused(
    at_desk: Cast, matter: Cast, live: Connection, fake: TelegramFake
) -> None:
    fake.hook.url = fake.hook.url.replace("/rocket/", "/matter/")
    assert write(fake, live)["status"] == 404


def test_groups_are_set_aside_and_seen(at_desk: Cast, live: Connection, fake: TelegramFake) -> None:
    write(fake, live, chat={"id": -100, "type": "supergroup", "title": "Office"})
    assert not Ticket.objects.exists()
    assert list_events(live) == [("set_aside", "unknown_event")]


def test_a_sticker_alone_is_a_message(at_desk: Cast, live: Connection, fake: TelegramFake) -> None:
    fake.play("sticker", {})
    process(live)
    assert Message.objects.get().body_text == "👍"


def test_a_photo_is_an_attachment_and_a_huge_file_a_remark(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    size = {"file_id": fake.add_file(b"\xff\xd8\xff picture"), "width": 90, "file_size": 11}
    huge = {"file_id": "big", "file_name": "film.mp4", "file_size": 30 * 1024 * 1024}
    write(fake, live, "", photo=[size])
    write(fake, live, "", document=huge)
    assert [file.name.startswith("photo-") for file in Attachment.objects.all()] == [True]
    assert "film.mp4" in str(Message.objects.order_by("pk").last().remarks)  # type: ignore[union-attr]


def test_telegram_down_for_an_hour_loses_no_answer(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    write(fake, live)
    fake.is_down = True
    answer(at_desk, "Restart it, please.")
    assert [part.state for part in list_parts()] == [PartState.QUEUED]
    live.refresh_from_db()
    assert live.problem
    fake.is_down = False
    send(at_desk, timezone.now() + timedelta(hours=1))
    assert [sent["text"] for sent in fake.sent] == ["Restart it, please."]
    live.refresh_from_db()
    assert not live.problem


def test_a_limit_is_waited_for(at_desk: Cast, live: Connection, fake: TelegramFake) -> None:
    write(fake, live)
    fake.left = 0
    at = answer(at_desk, "Restart it, please.").created_at
    fake.left = None
    send(at_desk, at + timedelta(seconds=5))
    assert not fake.sent
    send(at_desk, at + timedelta(seconds=9))
    assert len(fake.sent) == 1


def test_who_blocked_the_bot_is_said_at_the_answer(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    write(fake, live)
    fake.play("block", {})
    answer(at_desk, "Restart it, please.")
    (part,) = list_parts()
    assert part.state == PartState.FAILED
    assert "bot was blocked by the user" in part.problem


def test_a_long_answer_is_sent_in_parts_in_order(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    write(fake, live)
    answer(at_desk, "\n\n".join(f"{number}. " + "word " * 500 for number in range(4)))
    assert [sent["text"][:2] for sent in fake.sent] == ["0.", "1.", "2.", "3."]
    assert all(len(sent["text"]) <= 4096 for sent in fake.sent)


def test_files_of_an_answer_follow_its_text(
    at_desk: Cast, live: Connection, fake: TelegramFake
) -> None:
    write(fake, live)
    files = [NewFile("guide.pdf", "application/pdf", b"%PDF"), NewFile("ü.txt", "text/plain", b"x")]
    answer(at_desk, "See the guide.", files=files)
    assert fake.sent[0]["text"] == "See the guide."
    names = [sent["document"]["file_name"] for sent in fake.sent[1:]]
    assert names == ["guide.pdf", "ü.txt"]
    assert [part.state for part in list_parts()] == [PartState.SENT] * 3


@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_at_once_are_one_message(
    rocket: Cast, fake: TelegramFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire(fake, monkeypatch)
    with desk_scope(rocket.desk):
        live = connect(rocket, fake)
        TelegramConnector().check(live, at=timezone.now())
    update = fake.make_update(RITA, {"text": "The server is down"})

    def tell(_number: int) -> int:
        try:
            status = fake.send_update(update)
            process(live)
            return status
        finally:
            database.close()

    with ThreadPoolExecutor(10) as threads:
        assert set(threads.map(tell, range(10))) == {200}
    process(live)
    with desk_scope(rocket.desk):
        assert Message.objects.count() == Ticket.objects.count() == 1
