"""Number of statements that the hot services take (P6, P13). Counts, never times."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.fields.definitions import list_fields
from tickets.models import Ticket
from tickets.services import NewMessage, add_customer_message, add_note, close, reply


def count(asked: CaptureQueriesContext) -> int:
    return len([q for q in asked if "SAVEPOINT" not in q["sql"]])


def open_second_ticket(cast: Cast) -> Ticket:
    """Open two tickets: the first joins the rotation, the second caches the desk as it is then."""
    cast.open_ticket()
    return cast.open_ticket()


def open_ticket_after_a_reply(cast: Cast) -> Ticket:
    """Reply on one ticket, which caches that the desk has no channel connected; open another."""
    earlier = open_second_ticket(cast)
    reply(ticket_id=earlier.pk, agent=cast.analyst, text="Hello", at=NOON)
    return cast.open_ticket()


def test_opening_a_ticket(in_rocket: Cast) -> None:
    open_second_ticket(in_rocket)
    contact = Contact.objects.select_related("account__plan").get(pk=in_rocket.customer.pk)
    with CaptureQueriesContext(connection) as asked:
        in_rocket.open_ticket(contact=contact)
    statements = [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]]
    # Locks and reserved IDs, rotation, and everything that is written.
    assert len(statements) == 3, "\n".join(sql[:150] for sql in statements)


def test_a_reply_and_a_customers_answer(in_rocket: Cast) -> None:
    ticket = open_ticket_after_a_reply(in_rocket)
    with CaptureQueriesContext(connection) as asked:
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON)
    assert count(asked) == 3  # ticket, clocks, everything
    with CaptureQueriesContext(connection) as asked:
        add_customer_message(
            ticket_id=ticket.pk, contact=in_rocket.customer, new=NewMessage("Hi", "email"), at=NOON
        )
    assert count(asked) == 3  # person, ticket, everything


def test_a_note_and_a_close(in_rocket: Cast) -> None:
    ticket = open_second_ticket(in_rocket)
    with CaptureQueriesContext(connection) as asked:
        add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Odd", at=NOON)
    assert count(asked) == 2  # ticket, everything
    list_fields(in_rocket.desk)  # kept until the desk's settings change
    with CaptureQueriesContext(connection) as asked:
        close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert count(asked) == 3  # ticket, clocks, everything


def test_a_reply_that_promises_an_update(in_rocket: Cast) -> None:
    ticket = open_ticket_after_a_reply(in_rocket)
    promised = NOON + timedelta(hours=4)
    with CaptureQueriesContext(connection) as asked:
        reply(
            ticket_id=ticket.pk,
            agent=in_rocket.analyst,
            text="We found it.",
            next_update_at=promised,
            at=NOON,
        )
    assert count(asked) == 3  # ticket, clocks, everything
