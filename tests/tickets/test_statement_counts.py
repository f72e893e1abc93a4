"""Number of statements that the hot services take (P6, P13). Counts, never times."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.services import NewMessage, add_customer_message, add_note, close, reply


def count(asked: CaptureQueriesContext) -> int:
    return len([q for q in asked if "SAVEPOINT" not in q["sql"]])


def test_opening_a_ticket(in_rocket: Cast) -> None:
    for _ticket in range(2):  # the first joins the rotation, the second finds that
        in_rocket.open_ticket()
    contact = Contact.objects.select_related("account__plan").get(pk=in_rocket.customer.pk)
    with CaptureQueriesContext(connection) as asked:
        in_rocket.open_ticket(contact=contact)
    statements = [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]]
    # Locks and reserved IDs, rotation, and everything that is written.
    assert len(statements) == 3, "\n".join(sql[:150] for sql in statements)


def test_a_reply_and_a_customers_answer(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    with CaptureQueriesContext(connection) as asked:
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON)
    assert count(asked) == 3  # ticket, clock, everything
    with CaptureQueriesContext(connection) as asked:
        add_customer_message(
            ticket_id=ticket.pk, contact=in_rocket.customer, new=NewMessage("Hi", "email"), at=NOON
        )
    assert count(asked) == 3  # person, ticket, everything


def test_a_note_and_a_close(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    with CaptureQueriesContext(connection) as asked:
        add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Odd", at=NOON)
    assert count(asked) == 2  # ticket, everything
    with CaptureQueriesContext(connection) as asked:
        close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert count(asked) == 3  # ticket, clock, everything
