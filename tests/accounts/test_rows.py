"""Raw statements are read by the names of their columns, never by position."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Plan
from accounts.rows import (
    fetch_prepared,
    fetch_rows,
    load_instance,
    prepared_cursor,
    select_columns,
)
from accounts.tenancy import desk_scope, no_desk_scope, system_scope
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


COUNT = "SELECT count(*) AS accounts FROM accounts_account WHERE id > %(id)s"
PREPARED = """
SELECT parameter_types::text[] AS types, generic_plans FROM pg_prepared_statements
WHERE statement LIKE 'SELECT count(*) AS accounts%%'
"""


def count_accounts(above: int = 0) -> int:
    [row] = fetch_prepared(COUNT, {"id": above})
    return int(row["accounts"])


@pytest.fixture
def generic_plans(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")


def test_a_statement_is_prepared_once_whatever_the_size_of_its_numbers(in_rocket: Cast) -> None:
    for above in (0, 40_000, 3_000_000_000, 1):
        count_accounts(above)
    assert [row["types"] for row in fetch_rows(PREPARED, [])] == [["bigint"]]


def test_a_prepared_statement_is_in_the_query_log(in_rocket: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        count_accounts(7)
    assert [query["sql"] for query in queries] == [COUNT.replace("%(id)s", "7")]


def test_lists_and_positions_are_bound_too(in_rocket: Cast) -> None:
    sql = "SELECT id FROM accounts_account WHERE id = ANY(%s) AND name <> %s"
    [row] = fetch_prepared(sql, [[in_rocket.account.pk, 2**40], "x"])
    assert row["id"] == in_rocket.account.pk


def test_a_name_used_twice_is_one_parameter_and_two_percent_signs_are_one(in_rocket: Cast) -> None:
    sql = (
        "SELECT name LIKE 'acme%%' AND id = %(id)s AS both FROM accounts_account WHERE id = %(id)s"
    )
    assert fetch_prepared(sql, {"id": in_rocket.account.pk, "other": 1}) == [{"both": True}]
    [row] = fetch_rows(PREPARED.replace("count(*) AS accounts", "name LIKE"), [])
    assert row["types"] == ["bigint"]


@pytest.mark.usefixtures("generic_plans")
def test_a_cached_plan_keeps_to_the_desk_and_role_of_each_run(rocket: Cast, matter: Cast) -> None:
    with system_scope("test"):
        everything = Account.objects.count()
    for _round in range(3):
        for cast in (rocket, matter):
            with desk_scope(cast.desk):
                assert count_accounts() == Account.objects.count() > 0
        with no_desk_scope():
            assert count_accounts() == 0
        with system_scope("test"):
            assert count_accounts() == everything
    assert [row["generic_plans"] > 0 for row in fetch_rows(PREPARED, [])] == [True]


def test_an_error_is_djangos_and_the_statement_runs_again_after_the_rollback(
    in_rocket: Cast,
) -> None:
    copy = "INSERT INTO accounts_account SELECT * FROM accounts_account WHERE id = %s"
    for _attempt in range(2):
        with (
            pytest.raises(IntegrityError, match="accounts_account_pkey"),
            transaction.atomic(),
            prepared_cursor() as cursor,
        ):
            cursor.execute(copy, [in_rocket.account.pk])
    assert count_accounts() > 0
