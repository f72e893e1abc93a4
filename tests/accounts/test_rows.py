"""Raw statements are read by the names of their columns, never by position."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Plan
from accounts.rows import fetch_rows, load_instance, select_columns
from tests.cast import Cast

ACCOUNT = ("id", "desk_id", "name", "plan_id")
PLAN = ("id", "desk_id", "name")
READ = f"""
SELECT {select_columns("p", PLAN)}, {select_columns("a", ACCOUNT)}, a.name || '!' AS shouted
FROM accounts_account a LEFT JOIN accounts_plan p ON p.id = a.plan_id AND p.name = %(plan)s
WHERE a.id = %(account)s
"""


def test_each_column_carries_its_tables_alias() -> None:
    assert select_columns("c", ("id", "name")) == "c.id AS c__id, c.name AS c__name"


def test_two_tables_of_one_row_become_two_instances(in_rocket: Cast) -> None:
    account = in_rocket.account
    with CaptureQueriesContext(connection) as queries:
        [row] = fetch_rows(READ, {"plan": in_rocket.plan.name, "account": account.pk})
        read = load_instance(Account, "a", ACCOUNT, row)
        plan = load_instance(Plan, "p", PLAN, row)
        assert read is not None
        assert plan is not None
        assert (read.name, read.plan_id, plan.name) == (account.name, plan.pk, in_rocket.plan.name)
    assert len(queries) == 1
    assert row["shouted"] == f"{account.name}!"


def test_a_column_that_was_not_read_is_fetched_on_first_use(in_rocket: Cast) -> None:
    [row] = fetch_rows(READ, {"plan": "", "account": in_rocket.account.pk})
    read = load_instance(Account, "a", ACCOUNT, row)
    assert read is not None
    with CaptureQueriesContext(connection) as queries:
        assert read.status == in_rocket.account.status
    assert len(queries) == 1


def test_an_outer_join_that_found_nothing_is_no_instance(in_rocket: Cast) -> None:
    [row] = fetch_rows(READ, {"plan": "no such plan", "account": in_rocket.account.pk})
    assert load_instance(Plan, "p", PLAN, row) is None
