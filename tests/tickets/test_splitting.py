"""Splitting a message off a ticket into a new one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.attachments.files import NewFile
from tickets.errors import ConflictError, NotAllowedError
from tickets.models import Attachment, LinkKind, Message, Ticket, TicketLink
from tickets.relations.splitting import split_ticket
from tickets.services import NewMessage, add_customer_message, reply

HOUR = timedelta(hours=1)


def split(cast: Cast, message: Message, **more: object) -> Ticket:
    given = {"subject": "Another matter", "at": NOON + 3 * HOUR, "agent": cast.analyst, **more}
    return split_ticket(ticket_id=message.ticket_id, message_id=message.pk, **given)


@pytest.fixture
def message(in_rocket: Cast) -> Message:
    """A colleague's message about another matter, with a file; a reply and another one follow."""
    ticket = in_rocket.open_ticket()
    file = NewFile("log.txt", "text/plain", b"log")
    new = NewMessage("By the way, login is slow", "email", files=(file,))
    contact = in_rocket.customer_colleague
    found = add_customer_message(ticket_id=ticket.pk, contact=contact, new=new, at=NOON + HOUR)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Since when?", at=NOON + 2 * HOUR)
    return found


def test_its_author_is_the_requester_of_the_new_ticket(in_rocket: Cast, message: Message) -> None:
    opened = split(in_rocket, message)
    assert (opened.contact, opened.account) == (in_rocket.customer_colleague, in_rocket.account)
    assert opened.subject == "Another matter"
    assert [one.body_text for one in opened.messages.all()] == ["By the way, login is slow"]
    assert message.ticket.messages.count() == 3  # nothing is taken away
    link = TicketLink.objects.get(kind=LinkKind.SPLIT)
    assert (link.source, link.target) == (opened, message.ticket)


def test_a_file_is_not_stored_twice(in_rocket: Cast, message: Message) -> None:
    split(in_rocket, message)
    first, second = Attachment.objects.order_by("pk")
    assert first.file.name == second.file.name
    assert first.message != second.message


def test_later_messages_come_along_if_asked_for(in_rocket: Cast, message: Message) -> None:
    opened = split(in_rocket, message, with_later=True)
    texts = [one.body_text for one in opened.messages.order_by("pk")]
    assert texts == ["By the way, login is slow", "Since when?"]


def test_only_a_customers_message_of_this_ticket_is_split_off(
    in_rocket: Cast, message: Message
) -> None:
    answer = Message.objects.get(agent__isnull=False)
    other = in_rocket.open_ticket()
    for ticket_id, chosen in ((message.ticket_id, answer), (other.pk, message)):
        with pytest.raises(ConflictError):
            split_ticket(
                ticket_id=ticket_id,
                message_id=chosen.pk,
                agent=in_rocket.analyst,
                subject="",
                at=NOON + 3 * HOUR,
            )
    with pytest.raises(NotAllowedError):
        split(in_rocket, message, agent=in_rocket.observer)
    assert not TicketLink.objects.exists()


def test_a_ticket_of_another_desk_is_not_there(rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        theirs = matter.open_ticket().messages.get()
    with desk_scope(rocket.desk), pytest.raises(Ticket.DoesNotExist):
        split(rocket, theirs)
