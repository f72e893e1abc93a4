"""Instances from hand-written statements are those that the ORM reads."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.database.instances import Columns, RowLoader
from accounts.database.request_sql import read_agent, read_desks
from accounts.database.rows import fetch_prepared
from accounts.models import Account, Agent, Contact, Desk, Plan
from tests.cast import Cast
from tests.departments import close_department
from tickets.models import Message, Ticket


def values_of(instance: Model) -> dict[str, object]:
    return {f.attname: getattr(instance, f.attname) for f in instance._meta.concrete_fields}


@pytest.mark.parametrize("model", [Desk, Agent, Contact, Ticket, Message])
def test_every_field_is_as_the_orm_reads_it(in_rocket: Cast, model: type[Model]) -> None:
    in_rocket.open_ticket()
    columns = Columns(model, "x")
    table = model._meta.db_table
    rows = fetch_prepared(f"SELECT {columns} FROM {table} x ORDER BY x.id", {})
    loaded = [columns.load(row) for row in rows]
    assert loaded
    expected = [values_of(one) for one in model._default_manager.order_by("pk")]
    assert [values_of(one) for one in loaded if one] == expected


def test_a_field_that_was_not_named_is_fetched_on_use(in_rocket: Cast) -> None:
    columns = Columns(Contact, "c", "name", "id")  # in any order
    [row] = fetch_prepared(
        f"SELECT {columns} FROM accounts_contact c WHERE c.id = %(id)s",
        {"id": in_rocket.customer.pk},
    )
    read = columns.load(row)
    assert read is not None
    with CaptureQueriesContext(connection) as queries:
        assert (read.pk, read.name) == (in_rocket.customer.pk, in_rocket.customer.name)
        assert len(queries) == 0
        assert read.email == in_rocket.customer.email
    assert len(queries) == 1


def test_an_outer_join_that_found_nothing_is_no_instance(db: None) -> None:
    columns = Columns(Contact, "c", "id")
    [row] = fetch_prepared(
        f"SELECT {columns} FROM (SELECT 1) one LEFT JOIN accounts_contact c ON FALSE", {}
    )
    assert columns.load(row) is None


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(ValueError, match="nane"):
        Columns(Contact, "c", "id", "nane")


def test_each_column_carries_its_tables_alias() -> None:
    assert str(Columns(Contact, "c", "id", "name")) == 'c."id" AS c__id, c."name" AS c__name'


def test_rows_that_hold_the_same_row_share_its_instance(in_rocket: Cast) -> None:
    loader = RowLoader(account=Account, plan=(Plan, ("id", "name")))
    rows = fetch_prepared(
        f"SELECT {loader.columns} FROM accounts_account account"
        " LEFT JOIN accounts_plan plan ON plan.id = account.plan_id ORDER BY account.id",
        {},
    )
    found = loader.load(rows)
    accounts = list(Account.objects.select_related("plan").order_by("pk"))
    assert [(one["account"], one["plan"]) for one in found] == [
        (account, account.plan) for account in accounts
    ]
    plans = [one["plan"] for one in found if one["plan"]]
    assert len({id(plan) for plan in plans}) == len(set(plans)) < len(plans)


def test_an_agent_is_read_with_the_departments_closed_to_them(in_rocket: Cast) -> None:
    closed = close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    colleague = in_rocket.colleague
    found = read_agent(in_rocket.desk, colleague.user)
    assert found == colleague
    assert found.closed_departments == [closed.pk]
    Agent.objects.filter(pk=colleague.pk).update(is_active=False)
    assert read_agent(in_rocket.desk, colleague.user) is None


def test_an_agent_of_another_desk_is_no_agent_here(in_rocket: Cast, matter: Cast) -> None:
    assert read_agent(in_rocket.desk, matter.analyst.user) is None
    assert read_agent(matter.desk, matter.analyst.user) is None  # that desk is not entered


def test_a_desk_is_found_by_host_and_by_path(rocket: Cast, matter: Cast) -> None:
    Desk.objects.filter(pk=rocket.desk.pk).update(domain="help.rocket.example")
    by_host = read_desks(host="help.rocket.example", slug="")
    assert [desk.slug for desk in by_host] == ["rocket"]
    assert read_desks(host="", slug="nowhere") == []
    both = read_desks(host="help.rocket.example", slug=matter.desk.slug)
    assert {desk.slug for desk in both} == {"rocket", matter.desk.slug}
