"""A program that reads changes by “updated_since” misses none, however late it was committed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts.database import settled
from accounts.models import Account, Contact
from accounts.tenancy import DESK_SETTING, desk_scope
from tests.cast import Cast
from tickets.models import QueueRow, Ticket

API = "/rocket/api/v1/"
TICKET = "UPDATE tickets_ticket SET updated_at = %s WHERE id = %s"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the running transactions alone decide, in a process that has just started."""
    monkeypatch.setattr(settled, "MARGIN", timedelta(0))
    settled._marks.clear()


def find(client: Any, path: str, since: str) -> list[int]:
    page = client.get(f"{API}{path}/", {"updated_since": since}).json()
    return [one["id"] for one in page["results"]]


def begin(other: Any, cast: Cast) -> None:
    other.execute("SELECT set_config(%s, %s, true)", [DESK_SETTING, str(cast.desk.pk)])


def test_a_change_that_is_committed_late_is_not_passed(rocket: Cast, sign_in: Any) -> None:
    client, now = sign_in(rocket.analyst.user), timezone.now()
    with desk_scope(rocket.desk):
        first, early, late = (rocket.open_ticket(at=now - timedelta(hours=1)) for _ in range(3))
    since = timezone.now().isoformat()
    with desk_scope(rocket.desk):
        Ticket.objects.filter(pk=first.pk).update(updated_at=now)
    assert find(client, "tickets", since) == [first.number]
    with psycopg.connect(**connection.get_connection_params()) as other:
        begin(other, rocket)
        # A job that began long ago gives its own time.
        long_ago = now - timedelta(minutes=50)
        assert other.execute(TICKET, [long_ago, late.pk]).rowcount == 1
        with desk_scope(rocket.desk):
            Ticket.objects.filter(pk=early.pk).update(updated_at=timezone.now())
        # "early" comes after what isn't visible yet
        assert find(client, "tickets", since) == [first.number]
    assert find(client, "tickets", since) == [first.number, late.number, early.number]
    with desk_scope(rocket.desk):
        assert QueueRow.objects.count() == 3


def test_a_process_that_knows_no_settled_time_returns_nothing_yet(
    rocket: Cast, sign_in: Any
) -> None:
    client, since = sign_in(rocket.analyst.user), timezone.now().isoformat()
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_current_xact_id()")
        assert find(client, "tickets", since) == []
    assert find(client, "tickets", since) == [ticket.number]


@pytest.mark.parametrize(
    ("path", "model", "change"),
    [
        (
            "contacts",
            Contact,
            "INSERT INTO accounts_contacthandle (desk_id, contact_id, network, scope, external_id,"
            " name, proof, reason, created_at)"
            " SELECT desk_id, id, 'phone', '', '+491', '', '', '', '2020-01-01'"
            " FROM accounts_contact WHERE id = %s",
        ),
        (
            "accounts",
            Account,
            "UPDATE accounts_accountdomain SET include_subdomains = NOT include_subdomains"
            " WHERE account_id = %s",
        ),
    ],
)
def test_contacts_and_accounts_are_covered(
    rocket: Cast, sign_in: Any, path: str, model: Any, change: str
) -> None:
    client = sign_in(rocket.analyst.user)
    first, late = (rocket.customer, rocket.manager) if model is Contact else (
        rocket.other_account,
        rocket.account,
    )  # fmt: skip
    since = timezone.now().isoformat()
    assert find(client, path, since) == []
    with psycopg.connect(**connection.get_connection_params()) as other:
        begin(other, rocket)
        assert other.execute(change, [late.pk]).rowcount == 1
        with desk_scope(rocket.desk):
            assert model.objects.filter(pk=first.pk).update(name="New") == 1
        assert find(client, path, since) == []
    assert find(client, path, since) == [late.pk, first.pk]
