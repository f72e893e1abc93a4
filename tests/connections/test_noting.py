"""What happens at the vendor is noted on the ticket; nothing that arrived is replaced."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from channels_intake.models import (
    ChannelEvent,
    ChannelMessage,
    Connection,
    Conversation,
    OutgoingEmail,
)
from tests.cast import NOON, Cast
from tests.connections.helpers import accept, get_ticket, list_states, process, store
from tests.connections.tiny import TinyConnector, build_item, report, write
from tickets.actors import Actor
from tickets.models import Attachment, CloseReason, Message, State, Ticket, TicketEvent
from tickets.services import close, reply

SOON = NOON + timedelta(minutes=1)
LATER = NOON + timedelta(minutes=2)


def edit(text: str, at: datetime = SOON, **changes: Any) -> dict[str, Any]:
    return report("edited", **{"external_id": "m-1", "text": text, "at": at.isoformat(), **changes})


def echo(text: str = "We are on it.", number: int = 9, **changes: Any) -> dict[str, Any]:
    given = {"external_id": f"m-{number}", "conversation_id": "c-1", "text": text}
    return report("echo", **given | {"at": SOON.isoformat()} | changes)


def list_kinds() -> list[str]:
    found = TicketEvent.objects.order_by("pk").values_list("kind", flat=True)
    ours = ("message.", "answered.", "conversation.")
    return [kind for kind in found if kind.startswith(ours)]


def send_answer(cast: Cast, text: str = "We are on it.", **changes: Any) -> ChannelMessage:
    """Return a part of an agent's answer, as it waits for the vendor's response."""
    message = reply(ticket_id=get_ticket().pk, agent=cast.analyst, text=text, at=NOON)
    ChannelMessage.objects.filter(message=message).delete()
    given = {"direction": "out", "state": "queued", "written_at": NOON, "changed_at": NOON}
    conversation = Conversation.objects.get()
    return ChannelMessage.objects.create(
        desk=cast.desk,
        connection=conversation.connection,
        conversation=conversation,
        message=message,
        **given | changes,
    )


def test_an_edit_is_noted_and_the_first_text_stays(at_desk: Cast, connection: Connection) -> None:
    accept(connection, write(), edit("It does start."))
    message = Message.objects.get()
    assert message.body_text == "It does not start."
    assert message.remarks == ["The author edited this message. It now reads: It does start."]
    assert list_kinds() == ["message.edited"]
    assert TicketEvent.objects.get(kind="message.edited").data == {"message": message.pk}


def test_edits_in_any_order_and_twice_end_with_the_newest(
    at_desk: Cast, connection: Connection
) -> None:
    events = [write(), edit("One."), edit("Two.", LATER)]
    for number, order in enumerate(permutations(events)):
        own = {"conversation_id": f"c-{number}"}
        for event in (*order, *order):
            event = {**event, "external_id": f"m-{number}"}
            store(connection, event | (own if event["kind"] == "message" else {}))
        process(connection)
        process(connection, at=NOON + timedelta(seconds=5))
    noted = [message.remark_data for message in Message.objects.all()]
    assert [[one["text"] for one in remarks] for remarks in noted] == [["One.", "Two."]] * 6
    assert {state for state, _reason in list_states()} == {"processed"}


def test_an_edit_without_a_change_is_not_noted(at_desk: Cast, connection: Connection) -> None:
    accept(connection, write(), edit("It does not start."))
    assert Message.objects.get().remarks == []
    assert list_kinds() == []


def test_an_edit_of_a_message_that_never_arrives_is_set_aside_in_the_end(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, edit("One."))
    assert list_states() == [("received", "too_early")]
    for _attempt in range(5):
        due = ChannelEvent.objects.get().next_try_at
        assert process(connection, at=due) == 1
    assert list_states() == [("set_aside", "unknown_message")]
    assert ChannelEvent.objects.get().reason_data == {"message": "m-1"}


def test_a_changed_review_is_a_further_message_and_reopens_its_ticket(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write(data={"rating": 5}))
    by = Actor.of(at_desk.lead)
    close(ticket_id=get_ticket().pk, by=by, reason=CloseReason.SOLVED, at=NOON)
    changed = edit("Worse now.", reopens=True, data={"rating": 1})
    accept(connection, changed, {**changed, "event_id": "again"}, at=SOON)
    assert get_ticket().status == State.OPEN
    texts = list(Message.objects.order_by("pk").values_list("body_text", flat=True))
    assert texts == ["It does not start.", "Worse now."]
    assert Conversation.objects.get().data["rating"] == 1


def test_a_review_that_only_looks_changed_reopens_nothing(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write(data={"rating": 5}))
    same = edit("It does not start.", reopens=True, data={"rating": 5})
    accept(connection, same, edit("Older.", NOON - timedelta(days=1), reopens=True))
    assert Message.objects.count() == 1


def test_a_review_from_before_the_connection_opens_a_ticket_when_it_is_changed(
    at_desk: Cast, connection: Connection
) -> None:
    Connection.objects.update(silent_until=NOON)
    connection.refresh_from_db()
    old = NOON - timedelta(days=30)
    person = {"external_id": "u-1", "name": "Rosa Diaz"}
    new = {"reopens": True, "conversation_id": "c-1", "person": person}
    accept(connection, write(at=old.isoformat()), edit("Old.", NOON - timedelta(days=2), **new))
    assert not Ticket.objects.exists()
    accept(connection, edit("New.", **new))
    assert Message.objects.get().body_text == "New."


def test_a_deletion_is_noted_and_the_message_stays(at_desk: Cast, connection: Connection) -> None:
    gone = report("deleted", external_id="m-1")
    store(connection, gone, write(), {**gone, "event_id": "again"})
    process(connection)
    process(connection, at=NOON + timedelta(seconds=5))
    message = Message.objects.get()
    assert message.body_text == "It does not start."
    assert message.remarks == [
        "The author deleted this message on the channel. A copy is kept here."
    ]
    assert ChannelMessage.objects.get().state == "deleted"
    assert list_kinds() == ["message.deleted"]


def test_what_the_company_wrote_elsewhere_is_on_the_ticket_and_is_not_sent(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write(), echo(), {**echo(), "event_id": "again"})
    shown = Message.objects.get(contact=None)
    assert (shown.agent, shown.channel, shown.body_text) == (None, "telegram", "We are on it.")
    ticket = get_ticket()
    assert (ticket.status, ticket.first_responded_at) == (State.OPEN, None)
    assert list_kinds() == ["answered.outside"]
    assert not OutgoingEmail.objects.filter(message=shown).exists()


def test_the_echo_of_our_own_answer_makes_no_second_message(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write())
    part = send_answer(at_desk, external_id="m-9", state="sent")
    accept(connection, echo())
    assert Message.objects.count() == 2
    part.refresh_from_db()
    assert part.state == "sent"


def test_an_echo_that_comes_before_the_vendors_response_is_our_answer(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write())
    part = send_answer(at_desk, text="We  are on it.")
    accept(connection, echo())
    part.refresh_from_db()
    assert part.external_id == "m-9"
    assert Message.objects.count() == 2


def test_an_echo_with_another_text_waits_for_the_vendors_response(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write())
    part = send_answer(at_desk, text="See https://rocket.example/help")
    accept(connection, echo("See https://t.co/1"), at=SOON)
    assert list_states()[-1] == ("received", "too_early")
    part.external_id, part.state = "m-9", "sent"
    part.save()
    process(connection, at=SOON + timedelta(seconds=5))
    assert list_states()[-1] == ("processed", "")
    assert Message.objects.count() == 2


def test_an_echo_waits_ten_minutes_at_most(at_desk: Cast, connection: Connection) -> None:
    accept(connection, write())
    send_answer(at_desk, text="Something else, and the vendor is down.")
    accept(connection, echo(), at=SOON + timedelta(minutes=10))
    assert Message.objects.filter(contact=None, agent=None).count() == 1


def test_an_echo_to_a_stranger_opens_no_ticket(at_desk: Cast, connection: Connection) -> None:
    accept(connection, echo())
    assert not Ticket.objects.exists()
    assert ChannelMessage.objects.get().message is None


@pytest.mark.parametrize("is_early", [False, True])
def test_the_end_of_a_chat_is_noted_with_its_transcript(
    at_desk: Cast, connection: Connection, is_early: bool
) -> None:
    ended = report("ended", conversation_id="c-1", transcript="Rosa: Hi", at=SOON.isoformat())
    events = [write(), ended, {**ended, "event_id": "again"}]
    store(connection, *(reversed(events) if is_early else events))
    process(connection)
    process(connection, at=NOON + timedelta(seconds=5))
    file = Attachment.objects.get()
    assert (file.name, file.message.is_automatic) == ("transcript.txt", True)
    assert get_ticket().status == State.OPEN
    assert Conversation.objects.get().ended_at == SOON
    assert list_kinds() == ["conversation.ended"]
    accept(connection, write(2, at=LATER.isoformat()))
    assert Conversation.objects.get().ended_at is None


def test_an_event_of_several_items_applies_what_it_can(
    at_desk: Cast, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [build_item(edit("One.", external_id="m-7")), build_item(write())]
    monkeypatch.setattr(TinyConnector, "translate", lambda *args: items)
    accept(connection, {"any": "thing"})
    assert Message.objects.count() == 1
    assert list_states() == [("received", "too_early")]
