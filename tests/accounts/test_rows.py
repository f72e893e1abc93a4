"""Raw statements, and those that PostgreSQL keeps prepared."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.database.rows import (
    fetch_prepared,
    fetch_rows,
    prepared_cursor,
)
from accounts.models import Account
from accounts.tenancy import desk_scope, no_desk_scope, system_scope
from tests.cast import Cast

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
