"""From Facebook to a ticket and back: messages and comments, with their answers' delivery."""

from __future__ import annotations

import pytest

from accounts.customers.handles import give_handle
from accounts.models import ContactHandle, HandleProof
from channels_intake.calls.errors import CallLaterError
from channels_intake.connections.registry import get_connector
from channels_intake.models import ChannelEvent, ChannelMessage, Conversation
from helpdesk.demo.vendors.meta import FakeMeta
from tests.cast import NOON
from tests.connectors.journey import Line
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Message, Ticket, TicketEvent

PNG = NewFile("screen.png", "image/png", b"\x89PNG")


def test_a_message_is_a_ticket_and_its_answer_is_read(page: Line, fake: FakeMeta) -> None:
    page.act("message", name="Rosa Marques", text="My contract isn't signed.")
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject) == ("facebook", "My contract isn't signed.")
    assert ticket.priority == page.cast.default_priority
    assert ticket.department is not None
    assert (ticket.contact.name, ticket.account) == ("Rosa Marques", None)

    page.wait(minutes=5)
    page.reply("We have signed it.\nAnything else?")
    [sent] = [one for one in fake.books[page.connection.external_id].messages if one.is_from_place]
    assert (sent.text, sent.tag) == ("We have signed it.\nAnything else?", "")
    assert page.states == ["sent"]
    assert fake.log[-1].what == "POST /v26.0/me/messages"

    page.wait(minutes=1)
    page.act("delivered", name="Rosa Marques")
    assert page.states == ["delivered"]
    page.act("read", name="Rosa Marques")
    assert page.states == ["read"]


def test_a_proven_handle_brings_account_department_and_clock(page: Line) -> None:
    page.act("message", name="Rosa Marques", text="First.")
    first = Ticket.objects.get()
    assert not first.clocks.exists()
    give_handle(
        ContactHandle.objects.get(),
        page.cast.customer,
        proof=HandleProof.AGENT,
        by=page.cast.analyst,
        at=NOON,
        reason="She told us on the phone.",
    )
    Conversation.objects.update(ticket=None)
    page.act("message", name="Rosa Marques", text="Second.")
    second = Ticket.objects.exclude(pk=first.pk).get()
    assert (second.contact, second.account) == (page.cast.customer, page.cast.account)
    assert second.clocks.exists()


def test_a_public_answer_is_in_the_comments_thread(page: Line, fake: FakeMeta) -> None:
    comment = page.act("comment", name="Rosa Marques", text="It is down.")["id"]
    page.reply("We are on it.", via="channel:public")
    [posted] = [c for c in fake.books[page.connection.external_id].comments.values() if c.parent]
    assert (posted.parent, posted.text) == (comment, "We are on it.")
    part = ChannelMessage.objects.get(external_id=posted.comment_id)
    assert (part.state, part.conversation.is_public) == ("sent", True)


def test_our_public_answer_comes_back_and_is_one_message(page: Line, fake: FakeMeta) -> None:
    page.act("comment", name="Rosa Marques", text="It is down.")
    fake.loses_answers = True
    page.reply("We are on it.", via="channel:public")
    fake.loses_answers = False
    [posted] = [c for c in fake.books[page.connection.external_id].comments.values() if c.parent]
    fake.report_own(fake.get_place({}), posted)
    page.arrive()
    page.wait(minutes=1)
    page.send()
    fake.repeat()
    page.arrive()
    assert Message.objects.count() == 2
    assert page.states == ["sent"]


def test_two_people_in_a_thread_are_two_authors(page: Line, fake: FakeMeta) -> None:
    comment = page.act("comment", name="Rosa Marques", text="It is down.")["id"]
    place = fake.get_place({})
    fake.comment(place, fake.add_person(place, "João Reis"), "Here, too.", parent=comment)
    page.arrive()
    authors = Message.objects.order_by("pk").values_list("contact__name", flat=True)
    assert list(authors) == ["Rosa Marques", "João Reis"]


def test_a_file_on_another_host_is_never_asked_for(page: Line, fake: FakeMeta) -> None:
    place = fake.get_place({})
    urls = [
        "https://evil.example/a.png",
        "http://169.254.169.254/latest",
        "http://[",
        "file:///etc",
    ]
    attachments = [{"type": "image", "payload": {"url": url}} for url in urls]
    person = fake.add_person(place, "Rosa Marques")
    fake.write(place, person, "See.", attachments=attachments)
    page.arrive()
    message = Message.objects.get()
    assert [remark["code"] for remark in message.remark_data] == ["file_not_fetched"] * 4
    assert not Attachment.objects.exists()


def test_the_test_button_asks_for_the_page(page: Line, fake: FakeMeta) -> None:
    connector = get_connector("facebook")
    assert connector.check(page.connection, at=page.at) == ""
    fake.get_place({}).is_expired = True
    with pytest.raises(CallLaterError, match="Session has expired"):
        connector.check(page.connection, at=page.at)


def test_a_private_answer_goes_on_in_messenger_on_the_same_ticket(
    page: Line, fake: FakeMeta
) -> None:
    page.act("comment", name="Rosa Marques", text="It is down.")
    page.wait(days=6)
    page.reply("What is your account?", via="channel:private")
    [sent] = fake.books[page.connection.external_id].messages
    assert (sent.text, page.states) == ("What is your account?", ["sent"])

    page.wait(minutes=3)
    page.act("message", name="Rosa Marques", text="It is acme.")
    ticket = Ticket.objects.get()
    texts = [m.body_text for m in Message.objects.filter(ticket=ticket).order_by("pk")]
    assert texts == ["It is down.", "What is your account?", "It is acme."]
    page.wait(minutes=3)
    page.reply("Thank you.")  # now in Messenger: she wrote there last
    assert [m.text for m in fake.books[page.connection.external_id].messages][-1] == "Thank you."


def test_a_private_answer_reaches_the_requester_and_not_who_wrote_last(
    page: Line, fake: FakeMeta
) -> None:
    comment = page.act("comment", name="Rosa Marques", text="It is down.")["id"]
    page.wait(minutes=1)
    place = fake.get_place({})
    fake.comment(place, fake.add_person(place, "João Reis"), "Here, too.", parent=comment)
    page.arrive()
    page.reply("Your account is acme.", via="channel:private")
    [sent] = fake.books[page.connection.external_id].messages
    assert fake.books[page.connection.external_id].people[sent.person] == "Rosa Marques"
    assert page.states == ["sent"]


def test_a_file_is_a_message_of_its_own_after_the_text(page: Line, fake: FakeMeta) -> None:
    page.act("message", text="How?")
    page.reply("So.", PNG)
    sent = [m for m in fake.books[page.connection.external_id].messages if m.is_from_place]
    assert [(m.text, m.file) for m in sent] == [("So.", ""), ("", "screen.png")]
    assert page.states == ["sent", "sent"]


def test_a_thumb_alone_is_a_message(page: Line) -> None:
    page.act("like", name="Rosa Marques")
    assert Message.objects.get().body_text == "👍"
    assert Ticket.objects.get().subject == "👍"


def test_a_photo_is_a_file_of_the_message(page: Line) -> None:
    page.act("photo", text="It looks so.")
    file = Attachment.objects.get()
    assert file.name.endswith(".png")
    assert file.content_type == "image/png"
    assert file.message is not None
    assert file.message.body_text == "It looks so."


def test_a_video_that_is_too_large_is_said_and_the_text_stays(page: Line, fake: FakeMeta) -> None:
    place = fake.get_place({})
    person = fake.add_person(place, "Rosa Marques")
    fake.send_file(place, person, "See the video.", b"\x00" * (30 * 1024 * 1024), "video")
    page.arrive()
    message = Message.objects.get()
    assert message.body_text == "See the video."
    assert [remark["code"] for remark in message.remark_data] == ["file_too_large"]
    assert ChannelEvent.objects.get().state == "processed"


def test_an_edit_is_noted_and_the_first_text_stays(page: Line) -> None:
    page.act("message", text="It is red.")
    page.act("edit", text="It is green.")
    message = Message.objects.get()
    assert message.body_text == "It is red."
    assert TicketEvent.objects.filter(kind="message.edited").count() == 1


def test_a_deleted_comment_stays_and_that_is_noted(page: Line) -> None:
    page.act("comment", text="It is down.")
    page.act("delete")
    assert Message.objects.get().body_text == "It is down."
    assert ChannelMessage.objects.get().state == "deleted"


def test_what_was_answered_on_facebook_is_shown_once(page: Line) -> None:
    page.act("message", text="Hello?")
    page.act("echo", text="We wrote you an email.")
    outside = Message.objects.order_by("pk").last()
    assert outside is not None
    assert (outside.body_text, outside.agent, outside.contact) == (
        "We wrote you an email.",
        None,
        None,
    )


def test_our_own_answer_comes_back_as_an_echo_and_is_one_message(
    page: Line, fake: FakeMeta
) -> None:
    page.act("message", text="Hello?")
    page.reply("Hello.")
    fake.send_echo(fake.get_place({}), fake.books[page.connection.external_id].messages[-1])
    page.arrive()
    assert Message.objects.count() == 2
    assert page.states == ["sent"]


def test_a_reaction_changes_nothing(page: Line, fake: FakeMeta) -> None:
    page.act("message", text="Hello?")
    place = fake.get_place({})
    fake.react(place, fake.add_person(place, "Rosa Marques"))
    page.arrive()
    assert Message.objects.count() == 1
    assert ChannelEvent.objects.filter(reason="unknown_event").count() == 1
