"""Lists of tickets, messages and events neither count their tables nor query per row."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from tests.cast import Cast


@pytest.mark.parametrize("table", ["ticket", "message", "ticketevent"])
def test_a_longer_list_takes_no_more_queries_and_counts_nothing(
    table: str, rocket: Cast, at_rocket: Client
) -> None:
    counts = []
    for more in (1, 8):
        with desk_scope(rocket.desk):
            for _ in range(more):
                rocket.open_ticket()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert at_rocket.get(f"/rocket/admin/tickets/{table}/").status_code == 200
        assert not [q["sql"] for q in queries if "COUNT(" in q["sql"].upper()]
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] < 20
