"""Messages and notes: permissions, effects of a reply, and rejected input."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.errors import EmptyTextError, InvalidTransitionError, NotAllowedError
from tickets.events import EventKind
from tickets.models import NO_DEADLINE, Message, Note, State, Ticket
from tickets.sentences.remarks import RemarkCode, make_remark
from tickets.services import NewMessage, add_customer_message, add_note, close, reply

LATER = NOON + timedelta(hours=1)
FILE = NewFile("a.txt", "text/plain", b"x")


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.mark.parametrize(
    ("then", "state"),
    [
        ("waiting", State.WAITING),
        ("investigating", State.INVESTIGATING),
        ("closed", State.CLOSED),
        ("", State.OPEN),
    ],
)
def test_a_reply_leaves_the_state_that_the_agent_chose(
    in_rocket: Cast, ticket: Ticket, then: str, state: State
) -> None:
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=LATER, then=then)
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.first_responded_at, stored.due_at) == (state, LATER, NO_DEADLINE)
    assert stored.close_reason == ("solved" if then == "closed" else "")
    event = ticket.events.get(kind=EventKind.AGENT_REPLIED)
    assert event.data["is_first"] is True
    assert event.data.get("status") == (["open", state] if then else None)


def test_only_the_first_reply_is_the_first_response(in_rocket: Cast, ticket: Ticket) -> None:
    for at in (NOON, LATER):
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=at)
    events = ticket.events.filter(kind=EventKind.AGENT_REPLIED).order_by("pk")
    assert [event.data["is_first"] for event in events] == [True, False]
    assert Ticket.objects.get(pk=ticket.pk).first_responded_at == NOON


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_to_say_is_refused_unless_there_is_a_file(
    in_rocket: Cast, ticket: Ticket, text: str
) -> None:
    given = {"ticket_id": ticket.pk, "agent": in_rocket.analyst, "text": text, "at": NOON}
    for service in (reply, add_note):
        with pytest.raises(EmptyTextError, match="Write a message or attach a file"):
            service(**given)
    reply(**given, files=(FILE,))
    add_note(**given, files=(FILE,))
    assert (Message.objects.filter(agent__isnull=False).count(), Note.objects.count()) == (1, 1)


def test_an_observer_and_a_deactivated_agent_write_nothing(in_rocket: Cast, ticket: Ticket) -> None:
    in_rocket.colleague.is_active = False
    for agent in (in_rocket.observer, in_rocket.colleague):
        for service in (reply, add_note):
            with pytest.raises(NotAllowedError, match="can read tickets but not change them"):
                service(ticket_id=ticket.pk, agent=agent, text="Hello", at=NOON)
    assert ticket.messages.count() == 1


def test_a_refused_transition_keeps_no_message(in_rocket: Cast, ticket: Ticket) -> None:
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    with pytest.raises(InvalidTransitionError, match="while the ticket is"):
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Late", at=LATER)
    assert ticket.messages.count() == 1
    assert not ticket.events.filter(kind=EventKind.AGENT_REPLIED).exists()


def test_an_error_names_the_state_in_the_desks_words(in_rocket: Cast, ticket: Ticket) -> None:
    in_rocket.desk.state_words = {"solved": "Done", "closed": "Archived"}
    in_rocket.desk.save()
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    with pytest.raises(InvalidTransitionError, match="Done") as refused:
        close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=LATER)
    assert (refused.value.transition, refused.value.allowed) == (
        "close",
        ["customer_responds", "merge", "reopen"],
    )


def test_a_customers_message_keeps_all_that_came(in_rocket: Cast, ticket: Ticket) -> None:
    new = NewMessage(
        "Still broken",
        "email",
        html="<p>Still broken</p>",
        quoted="> Hello",
        files=(FILE,),
        remarks=(make_remark(RemarkCode.PART_DAMAGED, number=2),),
    )
    message = add_customer_message(
        ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=LATER
    )
    stored = Message.objects.get(pk=message.pk)
    assert (stored.body_text, stored.body_html, stored.quoted_text) == (
        "Still broken",
        "<p>Still broken</p>",
        "> Hello",
    )
    assert stored.remark_data == [{"code": "part_damaged", "number": 2}]
    assert stored.attachments.get().name == "a.txt"
    assert stored.is_from_customer
    event = ticket.events.latest("pk")
    assert (event.kind, event.channel, event.actor_name) == (
        EventKind.CUSTOMER_RESPONDED,
        "email",
        "Customer",
    )


def test_an_automatic_message_is_kept_on_a_closed_ticket_too(
    in_rocket: Cast, ticket: Ticket
) -> None:
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    new = NewMessage("I am away", "email", is_automatic=True)
    add_customer_message(
        ticket_id=ticket.pk,
        contact=in_rocket.customer,
        new=new,
        at=NOON + timedelta(days=90),
    )
    assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED
    assert ticket.events.latest("pk").kind == EventKind.MACHINE_RESPONDED


def test_an_automatic_message_does_not_block_a_reply(in_rocket: Cast, ticket: Ticket) -> None:
    seen = ticket.messages.get().pk
    new = NewMessage("I am away", "email", is_automatic=True)
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=NOON)
    reply(
        ticket_id=ticket.pk,
        agent=in_rocket.analyst,
        text="Hello",
        at=LATER,
        last_seen_message=seen,
    )
    assert ticket.messages.count() == 3
