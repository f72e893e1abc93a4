"""Splitting a message off a ticket into a new one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.attachments.files import NewFile
from tickets.errors import ConflictError, NotAllowedError
from tickets.models import Attachment, LinkKind, Message, Ticket, TicketLink
from tickets.relations.merging import Consent, merge_ticket
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


@pytest.fixture
def shared(in_rocket: Cast) -> dict[str, Message]:
    """Messages by two customers who can't read each other's, on the ticket of one of them."""
    target = in_rocket.open_ticket(text="Ours")
    merged = in_rocket.open_ticket(contact=in_rocket.elsewhere, text="Theirs")
    merge_ticket(
        ticket_id=merged.pk,
        into_id=target.pk,
        agent=in_rocket.analyst,
        at=NOON + timedelta(minutes=1),
        consent=Consent(across_accounts=True),
    )
    found = {"first": target.messages.get()}
    wrote = ((merged, in_rocket.elsewhere, "other"), (target, in_rocket.customer, "own"))
    for hours, (ticket, contact, name) in enumerate(wrote, start=1):
        file = NewFile(f"{name}.txt", "text/plain", b"log")
        new = NewMessage(name, "email", files=(file,))
        given = {"ticket_id": ticket.pk, "contact": contact, "new": new}
        found[name] = add_customer_message(at=NOON + hours * HOUR, **given)
    assert found["other"].via == merged
    return found


@pytest.mark.parametrize(("chosen", "texts"), [("first", ["Ours", "own"]), ("other", ["other"])])
def test_messages_that_its_author_cannot_read_stay(
    in_rocket: Cast, shared: dict[str, Message], chosen: str, texts: list[str]
) -> None:
    opened = split(in_rocket, shared[chosen], with_later=True)
    assert [one.body_text for one in opened.messages.order_by("pk")] == texts
    names = Attachment.objects.filter(message__ticket=opened).values_list("name", flat=True)
    assert set(names) == {f"{text}.txt" for text in texts if text != "Ours"}


def test_one_who_is_not_on_the_ticket_gets_their_own_messages_only(in_rocket: Cast) -> None:
    ticket, stranger = in_rocket.open_ticket(), in_rocket.elsewhere
    given = {"ticket_id": ticket.pk, "contact": stranger}
    forwarded = add_customer_message(new=NewMessage("A", "email"), at=NOON + HOUR, **given)
    answer = {"ticket_id": ticket.pk, "agent": in_rocket.analyst, "text": "For the customer"}
    reply(at=NOON + 1.5 * HOUR, **answer)
    add_customer_message(new=NewMessage("B", "email"), at=NOON + 2 * HOUR, **given)
    opened = split(in_rocket, forwarded, with_later=True)
    assert [one.body_text for one in opened.messages.order_by("pk")] == ["A", "B"]


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
