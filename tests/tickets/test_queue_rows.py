"""Triggers update the queue row of a ticket, however the ticket is written."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import NO_DEADLINE, NOBODY, CloseReason, QueueRow, State, Ticket
from tickets.services import NewMessage, add_customer_message, close, reply

SAME = [
    "desk_id", "number", "subject", "channel", "status", "is_unverified", "level", "priority_id",
    "department_id", "contact_id", "account_id", "created_at", "updated_at", "due_at",
    "first_responded_at", "waiting_since", "remind_at", "close_at", "reopen_until",
    "closed_at", "close_reason", "product_id",
]  # fmt: skip


def read_row(ticket_id: int) -> QueueRow:
    """The row of a ticket, after a comparison of each column with the ticket's."""
    row, ticket = QueueRow.objects.get(pk=ticket_id), Ticket.objects.get(pk=ticket_id)
    assert {name: getattr(row, name) for name in SAME} == {
        name: getattr(ticket, name) for name in SAME
    }
    assert row.assignee_id == (ticket.assignee_id or NOBODY)
    assert row.is_open == (ticket.status != State.CLOSED)
    assert row.has_details == bool(ticket.fields or ticket.uncovered)
    return row


def test_a_row_follows_its_ticket_through_its_life(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    opened = read_row(ticket.pk)
    assert (opened.is_open, opened.response_due_at) == (True, NOON + timedelta(hours=8))

    later, agent = NOON + timedelta(hours=1), in_rocket.analyst
    reply(ticket_id=ticket.pk, agent=agent, text="Hello", at=later)
    replied = read_row(ticket.pk)
    assert (replied.status, replied.due_at) == (State.WAITING, NO_DEADLINE)
    assert replied.response_due_at == NOON + timedelta(hours=8)  # of the clock that was met
    assert replied.close_at is not None

    new = NewMessage("Still", "email")
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=later)
    assert read_row(ticket.pk).close_at is None


def test_a_row_follows_statements_that_know_nothing_of_it(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    Ticket.objects.update(subject="Other", assignee=None, account=None, is_unverified=True)
    row = read_row(ticket.pk)
    assert (row.subject, row.assignee_id, row.account_id) == ("Other", NOBODY, None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_ticket SET department_id = NULL, level = 'l2'")
    assert read_row(ticket.pk).department_id is None
    Ticket.objects.update(fields={"serial": "1"})
    assert read_row(ticket.pk).has_details


def test_an_update_of_columns_that_no_list_shows_does_not_touch_the_row(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    version = "SELECT xmin, ctid FROM tickets_queuerow"
    with connection.cursor() as cursor:
        cursor.execute(version)
        before = cursor.fetchall()
        Ticket.objects.filter(pk=ticket.pk).update(route_reasons=[], subject=ticket.subject)
        cursor.execute(version)
        assert cursor.fetchall() == before


def test_a_ticket_without_a_row_gets_it_with_its_next_change(in_rocket: Cast) -> None:
    """As tickets that change while the migration makes the rows of older ones."""
    ticket = in_rocket.open_ticket()
    QueueRow.objects.all().delete()
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=NOON + timedelta(hours=3))
    read_row(ticket.pk)


def test_rows_of_two_desks_are_their_own(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            cast.open_ticket()
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            row = QueueRow.objects.get()
            assert row.desk_id == cast.desk.pk


def count_updates(table: str) -> tuple[int, int]:
    """Updates of this session's table so far, and how many were HOT.

    The counts of earlier transactions stay until they are flushed, so compare two readings.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = %s",
            [table],
        )
        [(updates, in_place)] = cursor.fetchall()
    return updates, in_place


def test_updates_during_the_life_of_a_ticket_are_hot(in_rocket: Cast) -> None:
    """Opening, reply, message and close change no index of the ticket (P17)."""
    agent, later = in_rocket.analyst, NOON + timedelta(hours=1)
    before = count_updates("tickets_ticket")
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=agent, text="Hello", at=later)
    new = NewMessage("Still", "email")
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=later)
    close(ticket_id=ticket.pk, by=Actor.of(agent), reason=CloseReason.SOLVED, at=later)
    after = count_updates("tickets_ticket")
    updates, in_place = (one - other for one, other in zip(after, before, strict=True))
    assert updates >= 3
    # In one transaction no version is cleaned up, so the last one may need another page.
    assert in_place >= updates - 1
