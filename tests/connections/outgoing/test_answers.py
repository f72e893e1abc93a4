"""A reply goes into the conversation that the ticket came in by, in parts, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.connections.contract import Echo, ReplyWay
from channels_intake.connections.incoming.accepting import Arrival
from channels_intake.connections.incoming.noting import accept as accept_item
from channels_intake.connections.outgoing.answering import send_reply
from channels_intake.connections.outgoing.resending import send_again
from channels_intake.models import (
    ChannelMessage,
    Connection,
    Conversation,
    Direction,
    OutgoingCall,
    PartState,
)
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import (
    TinyConnector,
    connect,
    converse,
    deliver,
    list_parts,
    send,
)
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import Message, Notification, Ticket, TicketEvent
from tickets.services import add_note, add_participant, reply

HOUR = timedelta(hours=1)
LONG = "One two three.\n\nFour five six."


def answer(cast: Cast, ticket: Ticket, text: str = "Hello.", **more: object) -> Message:
    given = {"ticket_id": ticket.pk, "agent": cast.analyst, "text": text, "at": NOON}
    return reply(**given | more)  # type: ignore[arg-type]  # of the test


def get_states() -> list[str]:
    return [part.state for part in list_parts()]


def list_kinds(ticket: Ticket) -> list[str]:
    sent = [EventKind.CHANNEL_SENT, EventKind.CHANNEL_FAILED]
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=sent).order_by("pk")
    return [event.data["state"] for event in events]


def test_a_reply_goes_into_the_conversation_in_parts(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, conversation = converse(in_rocket, bot)
    message = answer(in_rocket, ticket, LONG)
    assert deliver(in_rocket) == []
    assert get_states() == [PartState.QUEUED] * 2

    send(in_rocket)
    assert vendor.sent == [("One two three.", [], ""), ("Four five six.", [], "")]
    parts = list_parts()
    assert [part.message for part in parts] == [message] * 2
    assert [part.external_id for part in parts] == [f"out-{part.pk}" for part in parts]
    assert {part.conversation for part in parts} == {conversation}
    assert get_states() == [PartState.SENT] * 2
    assert list_kinds(ticket) == ["sent"]  # once for the whole reply


def test_followers_get_the_reply_by_email_and_the_author_of_the_chat_does_not(
    in_rocket: Cast, bot: Connection
) -> None:
    ticket, _conversation = converse(in_rocket, bot, email="maria@new.example")
    add_participant(
        ticket_id=ticket.pk,
        contact=in_rocket.customer,
        by=Actor.of(in_rocket.analyst),
        at=NOON,
    )
    answer(in_rocket, ticket)
    to = {mail.to_address for mail in deliver(in_rocket) if mail.kind == "reply"}
    assert to == {in_rocket.customer.email}


def test_the_agent_may_choose_email(in_rocket: Cast, bot: Connection) -> None:
    ticket, _conversation = converse(in_rocket, bot, email="maria@new.example")
    answer(in_rocket, ticket, "x" * 500, via="email")
    mails = [mail for mail in deliver(in_rocket) if mail.kind == "reply"]
    assert [mail.to_address for mail in mails] == ["maria@new.example"]
    assert list_parts() == []


def test_notes_stay_inside(in_rocket: Cast, bot: Connection, vendor: TinyConnector) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Rude!", at=NOON)
    deliver(in_rocket)
    send(in_rocket)
    assert vendor.sent == list_parts() == []


def test_a_follower_that_runs_twice_sends_once(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    answer(in_rocket, ticket)
    deliver(in_rocket)
    event = TicketEvent.objects.get(ticket=ticket, kind=EventKind.AGENT_REPLIED)
    send_reply(event)
    send(in_rocket)
    send_reply(event)
    send(in_rocket)
    assert len(vendor.sent) == 1
    assert get_states() == [PartState.SENT]


def test_the_plain_text_is_sent_and_no_html(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    answer(in_rocket, ticket, "Hello.", html="<b>Hello.</b>")
    deliver(in_rocket)
    send(in_rocket)
    assert vendor.sent == [("Hello.", [], "")]


@pytest.mark.parametrize(("apart", "parts"), [(False, 1), (True, 2)])
def test_files_go_along_or_follow_by_themselves(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector, apart: bool, parts: int
) -> None:
    vendor.allow(files_apart=apart)
    ticket, _conversation = converse(in_rocket, bot)
    message = answer(in_rocket, ticket, files=(NewFile("a.txt", "text/plain", b"x"),))
    deliver(in_rocket)
    send(in_rocket)
    file = message.attachments.get()
    assert len(vendor.sent) == parts
    assert vendor.sent[0][0] == "Hello."
    assert vendor.sent[-1][1] == [file.pk]


def test_a_vendor_that_is_down_gets_the_answer_later_and_in_order(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    answer(in_rocket, ticket, LONG)
    deliver(in_rocket)
    vendor.answers.append(CallLaterError("No response."))
    send(in_rocket)
    assert vendor.sent == []
    assert get_states() == [PartState.QUEUED] * 2
    send(in_rocket, NOON + HOUR)
    assert [text for text, _files, _way in vendor.sent] == ["One two three.", "Four five six."]
    assert vendor.attempts == [1, 2, 1]  # the connector asks first whether it had arrived


def test_a_killed_worker_leaves_a_part_that_is_tried_again(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    answer(in_rocket, ticket)
    deliver(in_rocket)

    class Killed(BaseException):
        pass

    def die(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("channels_intake.calls.sending._finish", die)
        with pytest.raises(Killed):
            send(in_rocket)
    assert get_states() == [PartState.QUEUED]
    send(in_rocket)
    assert vendor.attempts == [1]  # its claim hasn't ended
    send(in_rocket, NOON + HOUR)
    assert vendor.attempts == [1, 2]
    assert get_states() == [PartState.SENT]


def test_a_refused_part_fails_the_rest_notifies_the_agent_and_can_be_sent_again(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    message = answer(in_rocket, ticket, LONG)
    deliver(in_rocket)
    vendor.answers.append(CallRefusedError("The person blocked the page."))
    send(in_rocket)
    deliver(in_rocket)
    assert vendor.sent == []
    assert get_states() == [PartState.FAILED] * 2
    assert list_parts()[0].problem == "The person blocked the page."
    assert list_kinds(ticket) == ["failed"]
    ticket.refresh_from_db()
    told = Notification.objects.filter(event__kind=EventKind.CHANNEL_FAILED)
    assert [one.agent_id for one in told] == [ticket.assignee_id]

    send_again(message, agent=in_rocket.analyst, at=NOON + HOUR)
    with pytest.raises(ConflictError):  # a double click
        send_again(message, agent=in_rocket.analyst, at=NOON + HOUR)
    send(in_rocket, NOON + HOUR)
    assert len(vendor.sent) == 2
    assert get_states() == [PartState.SENT] * 2
    assert list_kinds(ticket) == ["failed", "sent"]


def test_the_end_of_the_window_ends_the_attempts(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.allow(window=timedelta(hours=24))
    ticket, _conversation = converse(in_rocket, bot)
    answer(in_rocket, ticket)
    deliver(in_rocket)
    assert OutgoingCall.objects.get().gives_up_at == NOON + timedelta(hours=24)
    vendor.answers.extend([CallLaterError("Down."), CallLaterError("Down.")])
    send(in_rocket)
    send(in_rocket, NOON + timedelta(hours=25))
    assert get_states() == [PartState.FAILED]


def test_a_paused_connection_keeps_its_answers(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    Connection.objects.update(is_paused=True)
    answer(in_rocket, ticket)
    deliver(in_rocket)
    send(in_rocket)
    assert vendor.attempts == []
    Connection.objects.update(is_paused=False)
    send(in_rocket, NOON + HOUR)
    assert vendor.attempts == [1]
    assert get_states() == [PartState.SENT]


def test_an_echo_that_came_first_becomes_the_sent_part(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, conversation = converse(in_rocket, bot)
    answer(in_rocket, ticket)
    deliver(in_rocket)
    ChannelMessage.objects.create(
        desk=in_rocket.desk,
        connection=bot,
        conversation=conversation,
        direction=Direction.OUT,
        external_id="m1",
        state=PartState.SENT,
        written_at=NOON,
        changed_at=NOON,
    )
    vendor.answers.append(Sent(200, content="m1"))
    send(in_rocket)
    (part,) = list_parts()
    assert (part.external_id, part.state) == ("m1", PartState.SENT)
    assert part.message is not None


def test_an_answer_that_the_vendor_puts_elsewhere_is_continued_there(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, conversation = converse(in_rocket, bot, is_public=True)
    answer(in_rocket, ticket)
    deliver(in_rocket)
    vendor.answers.append(Sent(200, content={"id": "m1", "conversation_id": "private"}))
    send(in_rocket)
    private = Conversation.objects.get(external_id="private")
    assert (private.ticket, private.handle) == (ticket, conversation.handle)
    assert not private.is_public
    assert list_parts()[0].conversation == private


def test_other_desks_and_tickets_are_not_touched(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    converse(in_rocket, bot)
    other = in_rocket.open_ticket()
    answer(in_rocket, other)
    deliver(in_rocket)
    send(in_rocket)
    assert vendor.sent == list_parts() == []
    event = TicketEvent.objects.get(ticket=other, kind=EventKind.AGENT_REPLIED)
    assert not {"conversation", "way", "reached"} & event.data.keys()


def test_the_conversation_whose_customer_wrote_last_gets_the_answer(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    second = connect(in_rocket, "Second bot")
    ticket, _first = converse(in_rocket, bot)
    later = Conversation.objects.create(
        desk=in_rocket.desk,
        connection=second,
        external_id="later",
        ticket=ticket,
        window_from=NOON + HOUR,
        created_at=NOON,
    )
    answer(in_rocket, ticket)
    deliver(in_rocket)
    assert [part.conversation for part in list_parts()] == [later]


def test_an_invalid_way_is_refused(in_rocket: Cast, bot: Connection) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    with pytest.raises(InvalidValueError) as refused:
        answer(in_rocket, ticket, via="pigeon")
    assert refused.value.field == "via"


def test_what_somebody_writes_at_the_vendor_is_not_the_answer_that_waits(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    ticket, conversation = converse(in_rocket, bot)
    answer(in_rocket, ticket, "Hello. It is up.")
    deliver(in_rocket)
    late = NOON + timedelta(minutes=10)
    for number, text in enumerate(("Hello.", "Hello. It is up.")):
        said = Echo(f"e-{number}", conversation.external_id, text, NOON)
        accept_item(said, Arrival(bot, late))
    send(in_rocket)
    assert [text for text, _files, _way in vendor.sent] == ["Hello. It is up."]
    assert Message.objects.filter(ticket=ticket, agent=None, contact=None).count() == 2


def test_a_reply_that_is_sent_again_is_looked_for_first(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.allow(window=timedelta(hours=24))
    ticket, _conversation = converse(in_rocket, bot)
    message = answer(in_rocket, ticket)
    deliver(in_rocket)
    vendor.answers.extend([CallLaterError("No response."), CallLaterError("No response.")])
    send(in_rocket)
    send(in_rocket, NOON + timedelta(hours=24))
    assert get_states() == [PartState.FAILED]
    Conversation.objects.update(window_from=NOON + timedelta(hours=24))
    send_again(message, agent=in_rocket.analyst, at=NOON + timedelta(hours=25))
    send(in_rocket, NOON + timedelta(hours=25))
    assert vendor.attempts == [1, 2, 3]  # above 1: an earlier attempt may have arrived


def test_a_way_that_is_gone_when_the_reply_leaves_fails_it_visibly(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector
) -> None:
    vendor.ways = (ReplyWay("public", "All", vendor.limits), ReplyWay("once", "One", vendor.limits))
    ticket, _conversation = converse(in_rocket, bot, is_public=True)
    answer(in_rocket, ticket, via="channel:once")
    event = TicketEvent.objects.get(kind=EventKind.AGENT_REPLIED)
    vendor.ways = vendor.ways[:1]
    for _time in range(2):
        send_reply(event)
    assert get_states() == [PartState.FAILED]
    assert list_kinds(ticket) == ["failed"]
