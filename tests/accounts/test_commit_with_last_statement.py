"""The last statement of a transaction with its COMMIT: nothing half done, nothing done early."""

from __future__ import annotations

import inspect

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg import Connection, RawCursor
from psycopg.pq import TransactionStatus

from accounts.database.rows import fetch_and_commit
from accounts.models import Account
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.models import EventDelivery, Ticket
from tickets.services import reply

pytestmark = pytest.mark.django_db(transaction=True)

RENAME = "UPDATE accounts_account SET name = %(name)s WHERE id = %(id)s RETURNING name"


def get_status() -> TransactionStatus:
    return connection.connection.info.transaction_status


def test_the_transaction_is_over_with_its_last_statement(rocket: Cast) -> None:
    ran: list[str] = []
    with desk_scope(rocket.desk):
        with transaction.atomic():
            transaction.on_commit(lambda: ran.append("hook"))
            Account.objects.filter(pk=rocket.other_account.pk).update(name="Other")
            rows = fetch_and_commit(RENAME, {"name": "New", "id": rocket.account.pk})
            assert get_status() == TransactionStatus.IDLE
            assert ran == []
        assert rows == [{"name": "New"}]
        assert ran == ["hook"]
        names = Account.objects.filter(name__in=["New", "Other"])
        assert names.count() == 2


def test_psycopg_has_the_private_functions_that_the_commit_hooks_into() -> None:
    """If this fails after an update of psycopg, change _PreparedCursor (accounts/database)."""
    assert inspect.isgeneratorfunction(RawCursor._maybe_prepare_gen)
    assert inspect.isgeneratorfunction(Connection._exec_command)
    # Both are queued before anything is sent: no lock is held while the server waits for the rest.
    calls = inspect.getsource(RawCursor._execute_gen)
    assert 0 < calls.find("._maybe_prepare_gen(") < calls.find("._communicate_gen(")


def test_inside_another_transaction_it_waits_for_that_one(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        with transaction.atomic():
            with transaction.atomic(savepoint=False):
                fetch_and_commit(RENAME, {"name": "New", "id": rocket.account.pk})
            assert get_status() == TransactionStatus.INTRANS
            transaction.set_rollback(True)
        assert not Account.objects.filter(name="New").exists()


def fail_at_the_end(account: Account) -> None:
    copy = "INSERT INTO accounts_account SELECT * FROM accounts_account WHERE id = %(id)s"
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(name="Half done")
        fetch_and_commit(copy, {"id": account.pk})


def test_if_it_fails_the_whole_transaction_is_rolled_back(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        with pytest.raises(IntegrityError):
            fail_at_the_end(rocket.account)
        assert not Account.objects.filter(name="Half done").exists()
        with transaction.atomic():
            assert fetch_and_commit(RENAME, {"name": "New", "id": rocket.account.pk})


def test_if_the_commit_itself_fails_nothing_is_kept_and_no_hook_runs(rocket: Cast) -> None:
    ran: list[str] = []
    add = "INSERT INTO late (number) VALUES (%(number)s) RETURNING number"

    def add_again() -> None:
        with transaction.atomic():
            transaction.on_commit(lambda: ran.append("hook"))
            Account.objects.filter(pk=rocket.account.pk).update(name="Half done")
            fetch_and_commit(add, {"number": 1})

    with desk_scope(rocket.desk), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE late (number bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)"
        )
        cursor.execute("INSERT INTO late VALUES (1)")
        for _attempt in range(2):
            with pytest.raises(IntegrityError, match="late_number_key"):
                add_again()
        assert not Account.objects.filter(name="Half done").exists()
        assert ran == []
        with transaction.atomic():
            assert fetch_and_commit(add, {"number": 2}) == [{"number": 2}]


def test_a_ticket_and_a_reply_are_complete(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        assert ticket.number == 1001
        assert get_status() == TransactionStatus.IDLE
        message = reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Hello", at=NOON)
        assert list(Ticket.objects.get().messages.order_by("pk"))[-1] == message
        events = set(ticket.events.values_list("pk", flat=True))
        delivered = EventDelivery.objects.values_list("event_id", flat=True)
        assert set(delivered) <= events
