"""From WhatsApp to a ticket and back: messages, files, statuses, and the 24 hours."""

from __future__ import annotations

import json

import pytest

from accounts.models import ContactHandle
from channels_intake.models import ChannelEvent, ChannelMessage, Connection
from helpdesk.demo.vendors.meta import FakeWhatsApp
from helpdesk.demo.vendors.meta.whatsapp import RE_ENGAGE
from tests.connectors.journey import Line
from tickets.attachments.files import NewFile
from tickets.errors import InvalidValueError
from tickets.models import Attachment, Message, Ticket, TicketEvent


def list_sent(fake: FakeWhatsApp) -> list[str]:
    return [str(answer.content.get("body", answer.content)) for answer in fake.answers]


def test_a_message_is_a_ticket_and_its_answer_is_read(number: Line, fake: FakeWhatsApp) -> None:
    number.act("message", name="Rosa Marques", text="Where is my order? 📦")
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject) == ("whatsapp", "Where is my order? 📦")
    assert (ticket.contact.name, ticket.account) == ("Rosa Marques", None)
    assert ticket.priority == number.cast.default_priority
    number.wait(minutes=2)
    number.reply("It is on its way.")
    assert list_sent(fake) == ["It is on its way."]
    assert number.states == ["sent"]
    number.act("delivered", name="Rosa Marques")
    assert number.states == ["delivered"]
    number.act("read", name="Rosa Marques")
    assert number.states == ["read"]
    assert json.loads(fake.log[0].detail)["to"].startswith("351")


def test_somebody_without_a_phone_number_is_answered_by_the_scoped_id(
    number: Line, fake: FakeWhatsApp
) -> None:
    number.act("hidden", name="Ana", text="Hello?")
    number.reply("Hello.")
    handle = ContactHandle.objects.get()
    sent = json.loads(fake.log[0].detail)
    assert (sent["recipient"], "to" in sent) == (handle.external_id, False)
    assert handle.external_id.startswith("PT.")
    assert number.states == ["sent"]


def test_a_number_that_is_hidden_later_is_the_same_person(number: Line, fake: FakeWhatsApp) -> None:
    number.act("message", name="Rosa Marques", text="First.")
    [person] = fake.people.values()
    person.phone = ""
    fake.write(fake.get_place({}), person, "Second.")
    number.arrive()
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 2)
    assert ContactHandle.objects.count() == 1


def test_a_voice_message_alone_is_a_file(number: Line) -> None:
    number.act("voice", name="Rosa Marques")
    message, file = Message.objects.get(), Attachment.objects.get()
    assert (message.body_text, file.name, file.content_type) == ("", "audio.ogg", "audio/ogg")
    assert Ticket.objects.get().subject == "Message from Rosa Marques"


def test_a_file_that_is_gone_is_said(number: Line, fake: FakeWhatsApp) -> None:
    person = fake.add_person("Rosa Marques")
    place = fake.get_place({})
    fake.send_file(place, person, b"OggS", "audio/ogg")
    fake.files.clear()
    number.arrive()
    assert [remark["code"] for remark in Message.objects.get().remark_data] == ["file_not_fetched"]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (NewFile("a.png", "image/png", b"\x89PNG"), "image"),
        (NewFile("a.mp4", "video/mp4", b"mp4"), "video"),
        (NewFile("a.pdf", "application/pdf", b"%PDF"), "document"),
    ],
    ids=["image", "video", "document"],
)
def test_a_file_is_uploaded_and_sent_by_its_id(
    number: Line, fake: FakeWhatsApp, file: NewFile, kind: str
) -> None:
    number.act("message", text="Hello?")
    number.reply("See the file.", file)
    assert list_sent(fake)[0] == "See the file."
    sent = json.loads(fake.log[-1].detail)
    assert sent["type"] == kind
    assert sent[kind]["id"] in fake.media
    assert number.states == ["sent", "sent"]


def test_an_image_that_is_too_large_is_not_sent_and_the_text_is(
    number: Line, fake: FakeWhatsApp
) -> None:
    number.act("message", text="Hello?")
    number.reply("See.", NewFile("a.png", "image/png", b"\x00" * (6 * 1024 * 1024)))
    assert (list_sent(fake), number.states) == (["See."], ["sent", "failed"])


def test_after_a_day_only_a_template_would_be_taken(number: Line, fake: FakeWhatsApp) -> None:
    number.act("message", text="Hello?")
    number.wait(hours=24)
    with pytest.raises(InvalidValueError):
        number.reply("Good morning.", via="channel")
    assert fake.answers == []


def test_a_long_answer_is_split(number: Line, fake: FakeWhatsApp) -> None:
    number.act("message", text="Hello?")
    number.reply("Word. " * 800)
    assert [len(text) <= 4096 for text in list_sent(fake)] == [True, True]


def test_a_failure_that_is_reported_later_is_the_answers(number: Line, fake: FakeWhatsApp) -> None:
    number.act("message", text="Hello?")
    number.reply("Hello.")
    fake.report(fake.get_place({}), fake.answers[0], "failed", RE_ENGAGE)
    number.arrive()
    assert number.states == ["failed"]
    assert "more than 24 hours" in ChannelMessage.objects.get(direction="out").problem
    assert TicketEvent.objects.filter(kind="channel.failed").count() == 1


def test_statuses_in_any_order_and_twice(number: Line, fake: FakeWhatsApp) -> None:
    number.act("message", text="Hello?")
    number.reply("Hello.")
    place = fake.get_place({})
    for state in ("read", "delivered", "sent", "read"):
        fake.report(place, fake.answers[0], state)
        number.arrive()
        assert number.states == ["read"]


def test_an_answer_whose_response_was_lost_is_known_by_its_status(
    number: Line, fake: FakeWhatsApp
) -> None:
    number.act("message", text="Hello?")
    fake.loses_answers = True
    number.reply("Hello.")
    assert number.states == ["queued"]
    fake.loses_answers = False
    fake.report(fake.get_place({}), fake.answers[0], "sent")
    number.wait(minutes=1)
    number.send()
    assert (number.states, len(fake.answers)) == (["sent"], 1)
    assert ChannelMessage.objects.get(direction="out").external_id == fake.answers[0].wamid


def test_an_expired_token_waits_for_a_new_one(number: Line, fake: FakeWhatsApp) -> None:
    number.act("message", text="Hello?")
    fake.get_place({}).is_expired = True
    number.reply("Hello.")
    assert number.states == ["queued"]
    assert "Session has expired" in Connection.objects.get().problem
    fake.get_place({}).is_expired = False
    number.wait(minutes=15)
    number.send()
    assert (number.states, Connection.objects.get().problem) == (["sent"], "")


def test_a_limit_for_one_person_does_not_hold_the_others_up(
    number: Line, fake: FakeWhatsApp
) -> None:
    number.act("message", text="Hello?")
    error = {"code": 131056, "message": "(#131056) (Business Account, Consumer Account) pair rate"}
    fake.fail_next(400, {"error": error})
    number.reply("Hello.")
    assert number.states == ["queued"]
    number.wait(minutes=1)
    number.send()
    assert number.states == ["sent"]


@pytest.mark.parametrize("action", ["message", "voice", "hidden"])
def test_each_event_twice_changes_nothing_more(
    number: Line, fake: FakeWhatsApp, action: str
) -> None:
    number.act(action, name="Ana", text="Hello?")
    number.wait(days=365)
    assert fake.repeat() == 200
    number.arrive()
    assert Message.objects.count() == 1


def test_a_wrong_signature_stores_nothing(number: Line, fake: FakeWhatsApp) -> None:
    fake.get_place({}).app_secret = "another"
    assert fake.play("message", {"text": "Hello?"})["status"] == 401
    assert not ChannelEvent.objects.exists()


def test_a_broken_body_is_set_aside(number: Line, fake: FakeWhatsApp) -> None:
    place = fake.get_place({})
    fake.notify_value(place, {"messages": [{"id": "wamid.1", "type": "text"}]})
    fake.notify(place, {"object": "something"})
    number.arrive()
    assert set(ChannelEvent.objects.values_list("state", "reason")) == {("set_aside", "unreadable")}
