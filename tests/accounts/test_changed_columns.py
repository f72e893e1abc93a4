"""A migration that changes a column's type under prepared statements fails no later request."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import NotSupportedError, connection, transaction

from accounts.database.request_sql import read_desks
from accounts.tenancy import desk_scope, owner_scope
from tests.cast import Cast
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.models import Ticket
from tickets.services import add_note

pytestmark = pytest.mark.django_db(transaction=True)

LENGTH, LONGER = 80, 120  # of the name of a desk


def alter(length: int) -> None:
    """Change the column as a migration does beside this process, on a connection of its own."""

    def work() -> None:
        with owner_scope(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE accounts_desk ALTER COLUMN name TYPE varchar({length})")
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(work).result()


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    connection.close()
    alter(LENGTH)


def test_a_statement_outside_of_transactions_is_prepared_again(rocket: Cast) -> None:
    """Each request reads its desk so: all pages of all desks failed."""
    found = read_desks(host="", slug=rocket.desk.slug)
    alter(LONGER)
    for _request in range(2):
        assert read_desks(host="", slug=rocket.desk.slug) == found == [rocket.desk]


def test_the_first_statement_of_a_transaction_is_prepared_again(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="One", at=ticket.created_at)
        alter(LONGER)
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="Two", at=ticket.created_at)
        assert list(ticket.notes.order_by("pk").values_list("body_text", flat=True)) == [
            "One",
            "Two",
        ]


def test_a_later_statement_fails_its_own_transaction_only(rocket: Cast) -> None:
    def open_change(ticket: Ticket) -> None:
        with transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(reopen_until=None)
            Change.open(ticket.pk, by=SYSTEM, at=ticket.created_at)

    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        open_change(ticket)
        alter(LONGER)
        with pytest.raises(NotSupportedError, match="cached plan"):
            open_change(ticket)
        open_change(ticket)
