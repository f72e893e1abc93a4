"""Messages of any channel open tickets and continue them, each once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings

from accounts.tenancy import desk_scope
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.incoming.processing import process_event
from channels_intake.models import ChannelEvent, ChannelMessage, Connection, Conversation
from sla.models import Clock
from tests.cast import NOON, Cast
from tests.connections.helpers import accept, get_ticket, list_states, process, store
from tests.connections.tiny import TinyConnector, connect, report, write
from tests.races.threads import at_once
from tickets.actors import Actor
from tickets.models import Attachment, CloseReason, Message, State, Tag, Ticket, TicketEvent
from tickets.services import close


def test_a_message_opens_a_ticket_like_any_other(at_desk: Cast, connection: Connection) -> None:
    accept(connection, write(text="It does not start.\nPlease help!", language="pt-BR"))
    ticket, message = get_ticket(), Message.objects.get()
    assert (ticket.channel, ticket.subject) == ("telegram", "It does not start. Please help!")
    assert ticket.priority == at_desk.default_priority
    assert (ticket.language, ticket.account, ticket.is_unverified) == ("pt-br", None, False)
    assert ticket.department is not None
    assert str(ticket.contact) == "Rosa Diaz"
    assert message.body_text == "It does not start.\nPlease help!"
    assert [reason["code"] for reason in ticket.match_reasons] == ["handle"]
    opened = TicketEvent.objects.get(kind="ticket.opened")
    assert opened.channel == "telegram"
    assert ChannelMessage.objects.get().message == message


def test_the_next_message_continues_the_ticket(at_desk: Cast, connection: Connection) -> None:
    accept(connection, write(), write(2, "And now?"))
    texts = [message.body_text for message in Message.objects.order_by("pk")]
    assert texts == ["It does not start.", "And now?"]
    assert get_ticket().status == State.OPEN
    assert Conversation.objects.get().ticket == get_ticket()


def test_another_conversation_of_a_person_is_another_ticket_of_the_same_contact(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write(), write(2, conversation_id="c-2"))
    assert len({ticket.contact_id for ticket in Ticket.objects.all()}) == 1
    assert Ticket.objects.count() == 2


def test_others_in_a_public_thread_write_under_their_own_name(
    at_desk: Cast, connection: Connection
) -> None:
    other = {"external_id": "u-2", "name": "Ada Kim"}
    accept(connection, write(is_public=True), write(2, "Me, too!", person=other, is_public=True))
    authors = [str(message.contact) for message in Message.objects.order_by("pk")]
    assert authors == ["Rosa Diaz", "Ada Kim"]
    assert str(get_ticket().contact) == "Rosa Diaz"
    assert Conversation.objects.get().handle.name == "Rosa Diaz"


def test_a_message_after_a_ticket_was_closed_for_good_opens_a_follow_up(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write())
    first = get_ticket()
    close(ticket_id=first.pk, by=Actor.of(at_desk.lead), reason=CloseReason.SOLVED, at=NOON)
    later = NOON + timedelta(days=365)
    accept(connection, write(2, "It is back."), at=later)
    follow_up = Ticket.objects.exclude(pk=first.pk).get()
    assert follow_up.follow_up_of == first
    accept(connection, write(3, "Still."), at=later)
    assert Message.objects.filter(ticket=follow_up).count() == 2


def test_the_same_message_arrives_twice(at_desk: Cast, connection: Connection) -> None:
    event = write()
    accept(connection, event, event, {**event, "event_id": "another delivery"})
    assert Message.objects.count() == 1
    assert {state for state, _reason in list_states()} == {"processed"}


@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_at_once_make_one_message(rocket: Cast, connection: Connection) -> None:
    with desk_scope(rocket.desk):
        for number in range(10):
            store(connection, {**write(), "event_id": f"e-{number}"})
        ids = list(ChannelEvent.objects.values_list("pk", flat=True))
    at_once(rocket, *[partial(process_event, event_id, at=NOON) for event_id in ids])
    with desk_scope(rocket.desk):
        assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)
        assert {state for state, _reason in list_states()} == {"processed"}


def test_history_is_imported_silently(at_desk: Cast, connection: Connection) -> None:
    Connection.objects.update(silent_until=NOON)
    connection.refresh_from_db()
    old = (NOON - timedelta(days=1)).isoformat()
    accept(connection, write(at=old), write(2, at=NOON.isoformat()))
    assert Message.objects.count() == Ticket.objects.count() == 1
    assert [one.message_id is None for one in ChannelMessage.objects.order_by("pk")] == [
        True,
        False,
    ]


def test_history_starts_no_clock_and_tells_nobody(at_desk: Cast, connection: Connection) -> None:
    Connection.objects.update(silent_until=NOON)
    connection.refresh_from_db()
    accept(connection, write(at=(NOON - timedelta(days=1)).isoformat()))
    assert not Clock.objects.exists()
    assert not TicketEvent.objects.exists()


def test_tags_of_an_item_are_on_the_ticket_before_it_is_routed(
    at_desk: Cast, connection: Connection
) -> None:
    Tag.objects.create(desk=at_desk.desk, name="Beta")
    accept(connection, write(data={"tags": ["beta", "1-star", "1-Star"], "rating": 1}))
    assert sorted(tag.tag.name for tag in get_ticket().ticket_tags.all()) == ["1-Star", "Beta"]
    assert Conversation.objects.get().data["rating"] == 1


@pytest.mark.parametrize(
    ("text", "subject"),
    [("😀", "😀"), ("", "Message from Rosa Diaz"), (" \n", "Message from Rosa Diaz")],
)
def test_emoji_and_stickers_only(
    at_desk: Cast, connection: Connection, text: str, subject: str
) -> None:
    accept(connection, write(text=text))
    assert get_ticket().subject == subject
    remarks = Message.objects.get().remarks
    assert remarks == ([] if text.strip() else ["The message has no text."])


def test_control_characters_and_html_stay_text(at_desk: Cast, connection: Connection) -> None:
    accept(connection, write(text="a\x00b<script>alert(1)</script>"))
    message = Message.objects.get()
    assert (message.body_html, "\x00" in message.body_text) == ("", False)
    assert "<script>alert(1)</script>" in message.body_text


def test_names_and_subjects_that_cannot_be_stored_are_cleaned(
    at_desk: Cast, connection: Connection, tiny: TinyConnector
) -> None:
    person = {"external_id": "u-1", "name": "Rosa\x00 \ud800Diaz"}
    files = [{"url": "/a", "name": "../a\x00.png"}]
    accept(connection, write(subject="No\x00 start", person=person, files=files))
    ticket, message = get_ticket(), Message.objects.get()
    assert (ticket.subject, str(ticket.contact)) == ("No start", "Rosa Diaz")
    assert message.remarks == ["The file “a.png” couldn't be fetched."]


def test_a_text_that_is_too_long_is_kept_in_a_file(at_desk: Cast, connection: Connection) -> None:
    text = "é" * 1_000_010
    accept(connection, write(text=text))
    message, file = Message.objects.get(), Attachment.objects.get()
    assert len(message.body_text) == 1_000_000
    assert (file.name, file.size) == ("text.txt", len(text.encode()))
    assert "All of it is in the attachment" in message.remarks[0]


def test_files_are_fetched_and_what_is_not_there_is_said(
    at_desk: Cast, connection: Connection, tiny: TinyConnector
) -> None:
    tiny.files = {"/a": b"picture", "/b": CallRefusedError("410")}
    files = [
        {"url": "/a", "name": "a.png", "content_type": "image/png"},
        {"url": "/b", "name": "b.pdf"},
        {"url": "/c", "name": "c.mp4", "size": settings.MAX_ATTACHMENT_BYTES + 1},
    ]
    accept(connection, write(text="", files=files))
    message = Message.objects.get()
    assert [file.name for file in message.attachments.all()] == ["a.png"]
    assert tiny.fetched == ["/a", "/b"]
    fetched, large = message.remarks
    assert "“b.pdf” couldn't be fetched" in fetched
    assert "“c.mp4” was left out because it is larger" in large


def test_a_vendor_that_is_down_delays_a_file_and_loses_nothing(
    at_desk: Cast, connection: Connection, tiny: TinyConnector
) -> None:
    tiny.files = {"/a": CallLaterError("The vendor is down.", seconds=30)}
    accept(connection, write(files=[{"url": "/a", "name": "a.png"}]))
    assert list_states() == [("received", "failed")]
    assert Connection.objects.get().problem == "The vendor is down."
    tiny.files = {"/a": b"picture"}
    assert process(connection, at=NOON + timedelta(seconds=29)) == 0
    assert process(connection, at=NOON + timedelta(seconds=30)) == 1
    assert Attachment.objects.count() == 1
    assert Connection.objects.get().problem == ""


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"kind": "message"}, "unreadable"),
        ({"kind": "unheard of", "at": NOON.isoformat()}, "unreadable"),
        ({"kind": "other"}, "unknown_event"),
    ],
)
def test_what_cannot_be_used_is_set_aside(
    at_desk: Cast, connection: Connection, event: dict[str, str], reason: str
) -> None:
    accept(connection, event, write())
    assert list_states() == [("set_aside", reason), ("processed", "")]


def test_an_event_that_fails_is_tried_again_and_delays_no_other(
    at_desk: Cast, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = write(files=[{"url": "/a"}])
    with monkeypatch.context() as patch:
        patch.setattr(TinyConnector, "fetch", lambda *args, **kwargs: 1 / 0)
        store(connection, fails, write(2))
        assert process(connection) == 2
    assert list_states() == [("received", "failed"), ("processed", "")]
    assert process(connection, at=NOON + timedelta(minutes=1)) == 1
    assert Message.objects.count() == 2


def test_one_worker_at_a_time_processes_a_connection(at_desk: Cast, connection: Connection) -> None:
    store(connection, write())
    Connection.objects.update(busy_until=NOON + timedelta(seconds=60))
    assert process(connection) == 0
    assert process(connection, at=NOON + timedelta(seconds=60)) == 1  # the other one died
    assert Connection.objects.get().busy_until is None


def test_a_worker_whose_claim_ended_leaves_the_rest_to_the_next_one(
    at_desk: Cast, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = NOON + timedelta(minutes=5)

    def fetch(*args: object, **kwargs: object) -> bytes:
        Connection.objects.update(busy_until=theirs)  # after minutes, another worker began
        return b"picture"

    monkeypatch.setattr(TinyConnector, "fetch", fetch)
    store(connection, write(files=[{"url": "/a"}]), write(2))
    assert process(connection) == 1
    assert Connection.objects.get().busy_until == theirs


def test_a_connection_of_another_desk_is_another_place(
    rocket: Cast, matter: Cast, connection: Connection
) -> None:
    with desk_scope(matter.desk):
        theirs = connect(matter)
        accept(theirs, write())
    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()
        accept(connection, write())
        assert Ticket.objects.count() == 1


def test_facts_of_an_older_report_replace_nothing(at_desk: Cast, connection: Connection) -> None:
    later = (NOON + timedelta(minutes=1)).isoformat()
    accept(
        connection,
        write(),
        report("report", conversation_id="c-1", data={"state": "ended"}, at=later),
        report("report", conversation_id="c-1", data={"state": "ringing", "line": "7"}),
    )
    data = Conversation.objects.get().data
    assert (data["state"], data["line"]) == ("ended", "7")


def test_a_vendors_fast_clock_gives_no_longer_window(at_desk: Cast, connection: Connection) -> None:
    accept(connection, write(at="9999-12-31T23:59:59Z"))
    assert Conversation.objects.get().window_from == NOON
