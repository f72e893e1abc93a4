"""The cost of a contact's list depends on their own tickets, not on the desk's (P2, P12)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact
from accounts.tenancy import APP_ROLE, desk_scope
from helpdesk.portal.pagination import get_page
from tests.cast import NOON, Cast
from tickets.access import queue_parts_for_contact
from tickets.models import Ticket

AMOUNT = 4000
MAX_BLOCKS = 60


@pytest.fixture
def full(vacuumed: None, rocket: Cast) -> Iterator[Cast]:
    """A desk with thousands of other people's tickets and three of the customer's account."""
    with desk_scope(rocket.desk):
        Ticket.objects.bulk_create([row(rocket, n) for n in range(AMOUNT)], batch_size=2000)
        for contact in (rocket.customer, rocket.customer, rocket.customer_colleague):
            rocket.open_ticket(contact=contact)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE none")
        cursor.execute("ANALYZE tickets_ticket, tickets_queuerow, tickets_participant")
        cursor.execute(f"SET ROLE {APP_ROLE}")
    with desk_scope(rocket.desk):
        yield rocket


def row(cast: Cast, n: int) -> Ticket:
    return Ticket(
        desk=cast.desk,
        number=5000 + n,
        subject=f"Of others {n}",
        channel="email",
        priority=cast.default_priority,
        contact=cast.elsewhere,
        account=cast.other_account,
        created_at=NOON,
        updated_at=NOON,
    )


def read_plan(contact: Contact) -> tuple[set[str], int]:
    """Return the indexes that the first page uses and the blocks that it reads."""
    with CaptureQueriesContext(connection) as captured:
        assert len(get_page(queue_parts_for_contact(contact)).rows) >= 2
    [sql] = [query["sql"] for query in captured if "tickets_queuerow" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        told = cursor.fetchone()[0]
    plan = (told if isinstance(told, list) else json.loads(told))[0]["Plan"]
    return set(list_indexes(plan)), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def list_indexes(plan: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in plan:
        yield plan["Index Name"]
    for part in plan.get("Plans", []):
        yield from list_indexes(part)


def test_a_contacts_list_uses_the_index_of_contacts(full: Cast) -> None:
    indexes, blocks = read_plan(full.customer)
    assert "queue_of_contact" in indexes
    assert blocks <= MAX_BLOCKS


def test_a_managers_list_uses_the_index_of_accounts(full: Cast) -> None:
    indexes, blocks = read_plan(full.manager)
    assert {"queue_of_contact", "queue_of_account"} <= indexes
    assert blocks <= MAX_BLOCKS
